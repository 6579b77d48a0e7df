import { chmod, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { readSettings } from '#appliance/config/index.ts'
import { relyingPartyOf } from '#common/passkeys/index.ts'
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
import { SoftwareAuthenticator } from '#test/support/software-authenticator.ts'
import { freshFolder, type SupervisedBox, startSupervisedBox } from '#test/support/supervised-box.ts'

/**
 * A company's box, with three providers of its own from the first start: Entra signs with RSA, Keycloak with ES256, and Google
 * proves no second factor, so its people have passkeys, on pages with a name. Its Postgres is the company's, too, and the role it
 * got there is no superuser's.
 */
describe('a box with the company’s own identity providers and Postgres', () => {
  const opened = new AsyncDisposableStack()
  const wanted = ['Acme at Entra', 'Acme at Keycloak', 'Acme at Google']
  let recipes: Recipe[]
  let publicUrls: { gateway: string; people: string }
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
    const { ports } = await readSettings({ cwd: folder, env })
    publicUrls = { gateway: `http://127.0.0.1:${ports.gateway}`, people: `http://localhost:${ports.pages}` }
    const all = await startRecipes(opened, `${publicUrls.people}/oidc/callback`)
    recipes = all.filter(({ name }) => wanted.includes(name))
    const clientSecretFile = join(folder, 'client-secret')
    await writeFile(clientSecretFile, `${secret}\n`, { mode: 0o600 })
    postgres = opened.use(await startPostgresServer())
    settings = stringify({
      publicUrls,
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

  function recipeOf(name: string): Recipe {
    return recipes.find((candidate) => candidate.name === name) ?? expect.fail(`no recipe ${name}`)
  }

  function signsIn(name: string, username: string, groups: string[]): Promise<Developer> {
    const person = createPersonAt(recipeOf(name), { username, groups, hasSecondFactor: true })
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

  it('lets who has a passkey publish, where the provider proves no second factor, until it is reset', async () => {
    const key = new SoftwareAuthenticator(relyingPartyOf({ publicUrls }))
    const atGoogle = { username: 'greta', groups: [], hasSecondFactor: false }
    const person = createPersonAt(recipeOf('Acme at Google'), atGoogle, key)
    const greta = await Developer.signIn(box.gateway, 'greta', person)
    await person.addsPasskey(`${publicUrls.people}/passkeys`)
    const mona = new Administrator(box, manager)
    const rule = ['permission', 'add', 'greta', 'publish', '@acme.test/*']
    expect(await mona.runs(...rule)).toMatchObject({ exitCode: 0 })
    const packed = await packVersion({ name: '@acme.test/signed', version: '1.0.0' })
    const code = await greta.approve((await greta.put(packed)).body)
    expect(await greta.put(packed, code)).toMatchObject({ status: 201 })
    const { body } = await greta.put(await packVersion({ name: '@acme.test/signed', version: '1.0.1' }))
    const reset = await box.atoll(['person', 'reset-passkeys', 'greta', '--reason', 'lost it'])
    expect(reset.stdout).toContain('greta.people.test has no passkeys any more (1 until now)')
    await greta.person.approve(body.authUrl ?? '')
    expect((await fetch(body.doneUrl ?? '')).status).toBe(202)
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
