import { mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { GatewayScene } from '#test/component/gateway/gateway-scene.ts'
import { Machine } from '#test/support/machine.ts'
import { packageFolder } from '#test/support/package-folder.ts'
import { startPostgresServer } from '#test/support/postgres-server.ts'
import { SigstoreInstance } from '#test/support/sigstore/index.ts'
import { TufMirror } from '#test/support/sigstore/tuf-mirror.ts'
import { installPrograms } from './install-programs.ts'

interface Client {
  program: string
  stage: string
  signatures: string
  verified: RegExp
}

const clients: Record<string, Client> = {
  npm: {
    program: 'npm@12',
    stage: 'npm stage publish',
    signatures: 'npm audit signatures',
    verified: /1 package has a verified registry signature/,
  },
  pnpm: {
    program: 'pnpm@12',
    stage: 'pnpm stage publish --no-git-checks',
    signatures: 'pnpm audit signatures',
    verified: /verified registry signature/,
  },
}

let scene: GatewayScene
let sigstore: SigstoreInstance
const opened = new AsyncDisposableStack()
beforeAll(async () => {
  const postgres = opened.use(await startPostgresServer())
  process.env['ATOLL_TEST_DATABASE_URL'] = postgres.url
  scene = opened.use(await GatewayScene.opens())
  sigstore = opened.use(await SigstoreInstance.start())
  for (const action of ['read', 'approve']) await scene.permits(await scene.bob.did(), action)
})
afterAll(() => opened.disposeAsync())

describe.each(Object.entries(clients))('%s of today', (client, { program, stage, signatures, verified }) => {
  let programs: string
  let alice: Machine
  let bob: Machine
  beforeAll(async () => {
    programs = await installPrograms(program)
    const machineOf = ({ token = '' }) => Machine.create({ registry: scene.url, token, programs })
    alice = await machineOf({ token: scene.alice.token ?? '' })
    bob = await machineOf({ token: scene.bob.token ?? '' })
  })

  /** @returns the id */
  async function stages(name: string): Promise<string> {
    const { output, exitCode } = await alice.run(await packageFolder({ name, version: '1.0.0' }), stage)
    const id = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/.exec(output)?.[0]
    if (exitCode !== 0 || id === undefined) expect.fail(output)
    return id
  }

  const isInstallable = async (name: string) => (await scene.alice.asks(`/${name}/1.0.0`)).status === 200

  it('stages, lists, shows and downloads; another person approves two at once, and rejects one', async () => {
    const names = [1, 2, 3].map((n) => `@acme.test/${client}-staged-${n}`)
    const ids: string[] = []
    for (const name of names) ids.push(await stages(name))
    const [first = '', second = '', third = ''] = ids
    const listed = await bob.run(bob.home, `${client} stage list`)
    for (const id of ids) expect(listed.output).toContain(id)
    expect((await bob.run(bob.home, `${client} stage view ${first}`)).output).toContain(names[0])
    expect(await bob.run(bob.home, `${client} stage download ${first}`)).toMatchObject({ exitCode: 0 })
    expect((await readdir(bob.home)).filter((file) => file.endsWith('.tgz'))).toHaveLength(1)

    const approve =
      client === 'pnpm'
        ? [`pnpm stage approve ${first} ${second}`]
        : [first, second].map((id) => `npm stage approve ${id}`)
    for (const line of approve) {
      const { exitCode, output } = await bob.runInTerminal(bob.home, line, (url) => scene.bob.browser.approve(url))
      if (exitCode !== 0) expect.fail(output)
    }
    expect(await bob.run(bob.home, `${client} stage reject ${third}`)).toMatchObject({ exitCode: 0 })
    expect(await Promise.all(names.map(isInstallable))).toEqual([true, true, false])
  })

  it('verifies the registry’s signature of what it installed', async () => {
    const name = `@acme.test/${client}-signed`
    expect(await scene.alice.publishes({ name, version: '1.0.0' })).toMatchObject({ status: 201 })
    const app = join(alice.home, 'app')
    await mkdir(app)
    const install = `npm init --yes && ${client} ${client === 'pnpm' ? 'add --config.minimumReleaseAge=0' : 'install'} ${name}`
    const installed = await alice.run(app, install)
    if (installed.exitCode !== 0) expect.fail(installed.output)
    // npm asks Sigstore for its root first, although it is the registry's key that counts here.
    await using mirror = await TufMirror.start(alice.home, sigstore.trustedRoot)
    const environment = Object.entries(mirror.env).map(([variable, value]) => `${variable}='${value}'`)
    const { output, exitCode } = await alice.run(app, [...environment, signatures].join(' '))
    expect({ exitCode, output }).toMatchObject({ exitCode: 0, output: expect.stringMatching(verified) })
  })
})
