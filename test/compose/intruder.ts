import type { Deployment } from './deployment.ts'

const inside = ['directory', 'org', 'people', 'relay', 'appview', 'gateway']

const connect = `
  import { readFileSync } from 'node:fs'
  import pg from 'pg'
  const { database } = JSON.parse(readFileSync('/run/secrets/config', 'utf8'))
  const open = async (url) => {
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    return client
  }
`

/**
 * What somebody inside a container gets to read with the credentials that lie there.
 * @returns of each component's schema, "read" or why not
 */
export async function readsSchemas(
  deployment: Deployment,
  service: string,
  schemas: readonly string[] = inside,
): Promise<Record<string, string>> {
  const code = `${connect}
  const client = await open(database.url)
  const seen = {}
  for (const schema of ${JSON.stringify(schemas)}) {
    // Every schema has this one: migrations are remembered there.
    seen[schema] = await client.query('SELECT * FROM ' + schema + '.kysely_migration').then(() => 'read', (error) => error.message)
  }
  await client.end()
  process.stdout.write(JSON.stringify(seen))`
  return JSON.parse(await deployment.evaluate(service, code)) as Record<string, string>
}

/** The same server, as another role and with the password at hand. @returns what Postgres says */
export function connectsAs(deployment: Deployment, service: string, role: string): Promise<string> {
  const code = `${connect}
  const url = new URL(database.url)
  url.username = ${JSON.stringify(role)}
  process.stdout.write(await open(url.href).then(() => 'connected', (error) => error.message))`
  return deployment.evaluate(service, code)
}

/** @returns the status of a POST that comes from inside a container, without any proof of who sends it */
export async function posts(deployment: Deployment, service: string, url: string): Promise<number> {
  const code = `
  const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' }
  process.stdout.write(String((await fetch(${JSON.stringify(url)}, init)).status))`
  return Number(await deployment.evaluate(service, code))
}

/** Whether a connection from inside a container comes about. */
export function reaches(deployment: Deployment, service: string, { hostname, port, protocol }: URL): Promise<boolean> {
  const number = port === '' ? { 'http:': 80, 'https:': 443 }[protocol] : port
  return deployment.exec(service, ['timeout', '5', 'bash', '-c', `exec 3<>/dev/tcp/${hostname}/${number}`]).then(
    () => true,
    () => false,
  )
}

/**
 * Who tries all doors at once from inside a container.
 * @param doors as `host:port`
 * @returns those that open
 */
export async function opens(deployment: Deployment, service: string, doors: readonly string[]): Promise<string[]> {
  const code = `
  import { connect } from 'node:net'
  const opened = await Promise.all(${JSON.stringify(doors)}.map((door) => new Promise((resolve) => {
    const [host, port] = door.split(':')
    const socket = connect({ host, port: Number(port), timeout: 5000 })
    const say = (answer) => { socket.destroy(); resolve(answer) }
    socket.once('connect', () => say([door])).once('timeout', () => say([])).once('error', () => say([]))
  })))
  process.stdout.write(JSON.stringify(opened.flat()))
  process.exit()`
  return JSON.parse(await deployment.evaluate(service, code)) as string[]
}
