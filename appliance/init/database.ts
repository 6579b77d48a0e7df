import pg from 'pg'
import type { DatabaseRole } from './secrets.ts'

export const databaseRoles: readonly DatabaseRole[] = ['directory', 'org', 'people', 'relay', 'appview', 'gateway']

const databaseName = 'atoll'

/** The part of the secrets that Postgres is told. */
export type DatabasePasswords = Readonly<Record<DatabaseRole, { databasePassword: string }>>

/**
 * One database, and in it a role per component that owns the one schema it can see (DESIGN §1).
 * Run at every start: what is there stays, passwords and rights are set again.
 * @param adminUrl postgres:// URL of a role that may create roles and databases
 * @returns the URL of each role
 */
export async function prepareDatabase(
  adminUrl: string,
  secrets: DatabasePasswords,
): Promise<Record<DatabaseRole, string>> {
  await withClient(adminUrl, async (client) => {
    const found = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [databaseName])
    if (found.rowCount === 0) await client.query(`CREATE DATABASE ${databaseName}`)
    for (const role of databaseRoles) await prepareRole(client, role, secrets[role].databasePassword)
    // By default everybody may connect everywhere, and create things in `public`.
    for (const database of [databaseName, 'postgres', 'template1']) {
      await client.query(`REVOKE ALL ON DATABASE ${database} FROM PUBLIC`)
    }
    await client.query(`GRANT CONNECT ON DATABASE ${databaseName} TO ${databaseRoles.map(roleName).join(', ')}`)
  })
  await withClient(databaseUrl(adminUrl).href, async (client) => {
    await client.query('REVOKE ALL ON SCHEMA public FROM PUBLIC')
    for (const role of databaseRoles) await prepareSchema(client, role)
  })
  return roleUrls(adminUrl, secrets)
}

/** The URL of each role, in a database that is prepared or will be. */
export function roleUrls(adminUrl: string, secrets: DatabasePasswords): Record<DatabaseRole, string> {
  return Object.fromEntries(
    databaseRoles.map((role) => [role, roleUrl(databaseUrl(adminUrl), role, secrets[role].databasePassword)]),
  ) as Record<DatabaseRole, string>
}

function databaseUrl(adminUrl: string): URL {
  const url = new URL(adminUrl)
  url.pathname = `/${databaseName}`
  return url
}

async function prepareRole(client: pg.Client, role: DatabaseRole, password: string): Promise<void> {
  const name = roleName(role)
  const found = await client.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [name])
  if (found.rowCount === 0) await client.query(`CREATE ROLE ${name}`)
  await client.query(
    `ALTER ROLE ${name} LOGIN NOCREATEDB NOCREATEROLE NOINHERIT CONNECTION LIMIT ${maxConnections} PASSWORD ${pg.escapeLiteral(password)}`,
  )
}

async function prepareSchema(client: pg.Client, role: DatabaseRole): Promise<void> {
  await client.query(`CREATE SCHEMA IF NOT EXISTS ${role} AUTHORIZATION ${roleName(role)}`)
  await client.query(`REVOKE ALL ON SCHEMA ${role} FROM PUBLIC`)
}

// All of them together stay below the embedded server's 100.
const maxConnections = 16

/** Roles belong to the whole server, which may have others; schemas to our database alone. */
function roleName(role: DatabaseRole): string {
  return `atoll_${role}`
}

function roleUrl(database: URL, role: DatabaseRole, password: string): string {
  const url = new URL(database)
  url.username = roleName(role)
  url.password = password
  return url.href
}

async function withClient(url: string, work: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await work(client)
  } finally {
    await client.end()
  }
}
