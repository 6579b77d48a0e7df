import { chmod, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { readSettings } from '#appliance/config/index.ts'
import { Administrator } from '#test/support/administrator.ts'
import { runAtoll } from '#test/support/atoll-command.ts'
import { Developer, packVersion } from '#test/support/developer.ts'
import { runStatements } from '#test/support/postgres.ts'
import { type PostgresServer, startPostgresServer } from '#test/support/postgres-server.ts'
import {
  createPersonAt,
  documentedCommands,
  type Recipe,
  secret,
  startRecipes,
} from '#test/support/shaped-provider/index.ts'
import { freshFolder, type SupervisedBox, startSupervisedBox } from '#test/support/supervised-box.ts'

/**
 * A company's box, with two providers of its own from the first start: Entra signs with RSA, Keycloak with ES256. Its Postgres
 * is the company's, too, and the role it got there is no superuser's.
 */
describe('a box with the company’s own identity providers and Postgres', () => {
  const opened = new AsyncDisposableStack()
  const wanted = ['Acme at Entra', 'Acme at Keycloak']
  let recipes: Recipe[]
  let settings: string
  let folder: string
  let postgres: PostgresServer
  let box: SupervisedBox
  let commands: string[][]
  let manager: Developer
  /** At Entra, in the team that the document makes. */
  let group: string

  beforeAll(async () => {
    folder = await freshFolder()
    const env = { ATOLL_DATA: join(folder, 'data'), ATOLL_PORTS: 'free' }
    // Where the box will be: the providers have to know before it runs.
    const { publicUrls } = await readSettings({ cwd: folder, env })
    const all = await startRecipes(opened, `${publicUrls.people}/oidc/callback`)
    recipes = all.filter(({ name }) => wanted.includes(name))
    const clientSecretFile = join(folder, 'client-secret')
    await writeFile(clientSecretFile, `${secret}\n`, { mode: 0o600 })
    postgres = opened.use(await startPostgresServer())
    settings = stringify({
      database: { url: await ownerOf(postgres.url) },
      idps: recipes.map(({ idp }) => ({ ...idp, clientSecretFile })),
    })
    commands = await documentedCommands()
  })
  afterAll(async () => {
    await box?.[Symbol.asyncDispose]()
    await opened.disposeAsync()
    await rm(folder, { recursive: true, force: true })
  })

  function signsIn(name: string, username: string, groups: string[]): Promise<Developer> {
    const recipe = recipes.find((candidate) => candidate.name === name) ?? expect.fail(`no recipe ${name}`)
    const person = createPersonAt(recipe, { username, groups, hasSecondFactor: true })
    return Developer.signIn(box.gateway, username, person)
  }

  it('does not start while others can read a client secret', async () => {
    const file = join(folder, 'atoll.yaml')
    await writeFile(file, settings)
    await chmod(join(folder, 'client-secret'), 0o644)
    const env = { ...process.env, ATOLL_DATA: join(folder, 'data'), ATOLL_CONFIG: file }
    const { exitCode, stdout, stderr } = await runAtoll(['up'], { cwd: folder, env })
    await chmod(join(folder, 'client-secret'), 0o600)
    expect(exitCode).toBe(2)
    expect(stderr).toContain(`chmod 600 ${join(folder, 'client-secret')}`)
    expect(stdout + stderr).not.toContain(secret)
  })

  it('starts without the demo’s', async () => {
    box = await startSupervisedBox({ folder, settings })
    expect(box.output()).not.toContain('demo')
    const { components } = JSON.parse((await box.atoll(['status', '--json'])).stdout) as {
      components: { component: string; state: string; url: string }[]
    }
    expect(components.map(({ component }) => component)).not.toContain('idp')
    expect(components.find(({ component }) => component === 'postgres')).toMatchObject({
      state: 'up',
      url: hostOf(postgres),
    })
    const programs = (await box.processes()).map(({ command }) => command[0] ?? '')
    expect(programs.filter((program) => program.endsWith('postgres'))).toEqual([])
  })

  it('lets somebody of one give rights to groups of the other, by the commands of the document', async () => {
    manager = await signsIn('Acme at Keycloak', 'mona', ['everybody'])
    const mona = new Administrator(box, manager)
    const created = await mona.runs('org', 'create', 'acme.test', '--manager', 'mona')
    expect(created).toMatchObject({ exitCode: 0 })
    for (const [program, ...args] of commands) {
      expect(program).toBe('atoll')
      expect(await mona.runs(...args), args.join(' ')).toMatchObject({ exitCode: 0 })
    }
    const listed = await mona.runs('team', 'list')
    group = /Acme at Entra#(0a1b2c3d-[\w-]+)/.exec(listed.stdout)?.[1] ?? ''
    expect(group).toHaveLength(36)
    for (const action of ['publish', 'read']) {
      const rule = ['permission', 'add', 'team:developers', action, '@acme.test/*']
      expect(await mona.runs(...rule)).toMatchObject({ exitCode: 0 })
    }
  })

  it('lets who is in the group publish and read, as long as they are', async () => {
    const eve = await signsIn('Acme at Entra', 'eve', [group])
    const packed = await packVersion({ name: '@acme.test/grouped', version: '1.0.0' })
    const code = await eve.approve((await eve.put(packed)).body)
    expect((await eve.put(packed, code)).status).toBe(201)
    expect((await eve.get('/@acme.test%2fgrouped')).status).toBe(200)
    expect((await manager.get('/@acme.test%2fgrouped')).status).toBe(404)
    // Her next sign-in says that she has left; the token she had is hers, too.
    await signsIn('Acme at Entra', 'eve', ['others'])
    await expect.poll(async () => (await eve.get('/@acme.test%2fgrouped')).status).toBe(404)
    expect((await eve.put(await packVersion({ name: '@acme.test/grouped', version: '1.0.1' }))).status).toBe(403)
  })
})

const hostOf = ({ url }: PostgresServer) => expect.stringContaining(new URL(url).host)

/** What an administrator of databases gives out. @returns its URL */
async function ownerOf(superuser: string): Promise<string> {
  await runStatements(superuser, [`CREATE ROLE company LOGIN CREATEROLE CREATEDB PASSWORD 'company'`])
  const url = new URL(superuser)
  url.username = 'company'
  url.password = 'company'
  return url.href
}
