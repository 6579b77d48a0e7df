import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Developer, packVersion } from '#test/support/developer.ts'
import { Machine } from '#test/support/machine.ts'
import { type SupervisedBox, startSupervisedBox } from '#test/support/supervised-box.ts'
import { VerifiedProject } from '#test/support/verified-project.ts'
import { installPrograms } from './install-programs.ts'

const name = '@acme.test/verified'
const dependencies = { [name]: '1.0.0', num: 'npm:is-number@7.0.0' }

let box: SupervisedBox
let alice: Developer
let machine: Machine
let yarn: Record<'classic' | 'berry', string>
beforeAll(async () => {
  box = await startSupervisedBox()
  alice = await Developer.signIn(box.gateway, 'alice')
  const packed = await packVersion({ name, version: '1.0.0' })
  const asked = await alice.put(packed)
  expect((await alice.put(packed, await alice.approve(asked.body))).status).toBe(201)
  const programs = await installPrograms('pnpm@12')
  machine = await Machine.create({ registry: box.gateway, token: alice.token, programs })
  const [classic, berry] = await Promise.all([installPrograms('yarn@1'), installPrograms('@yarnpkg/cli-dist@4')])
  yarn = { classic: `node ${classic}/../yarn/bin/yarn.js`, berry: `node ${berry}/../@yarnpkg/cli-dist/bin/yarn.js` }
})
afterAll(() => box?.[Symbol.asyncDispose]())

/** Where a berry of today finds its registry and token, for it reads no .npmrc; and no version of ours is a day old yet. */
const berrySettings = () =>
  [
    `export YARN_NPM_REGISTRY_SERVER=${box.gateway} YARN_NPM_AUTH_TOKEN=${alice.token} YARN_NPM_ALWAYS_AUTH=true`,
    'export YARN_UNSAFE_HTTP_WHITELIST=localhost YARN_ENABLE_TELEMETRY=0 YARN_NPM_MINIMAL_AGE_GATE=0',
    'export YARN_NODE_LINKER=node-modules YARN_ENABLE_GLOBAL_CACHE=false',
  ].join('; ')

const clients: Record<string, { file: string; install: () => string; warns: boolean }> = {
  pnpm: { file: 'pnpm-lock.yaml', install: () => 'pnpm install --config.minimumReleaseAge=0', warns: false },
  'yarn 1': { file: 'yarn.lock', install: () => `npm_config_always_auth=true ${yarn.classic} install`, warns: false },
  'yarn 4': { file: 'yarn.lock', install: () => `${berrySettings()}; ${yarn.berry} install`, warns: true },
}

describe.each(Object.entries(clients))('what %s locked', (client, { file, install, warns }) => {
  let project: VerifiedProject

  it('is proven, the internal package from its publisher’s DID on', async () => {
    project = await VerifiedProject.create(machine, client.replace(' ', '-'), alice.token, dependencies)
    const installed = await machine.run(project.folder, install())
    if (installed.exitCode !== 0) expect.fail(installed.output)
    expect(decodeURIComponent(await project.read(file))).toMatch(/did:plc:[a-z2-7]{24}\/@acme\.test\/verified/)
    expect(await project.verifies('--init', '--registry', box.gateway)).toMatchObject({ exitCode: 0 })
    const verified = await project.verifies('--all')
    if (verified.exitCode !== 0) expect.fail(verified.stdout + verified.stderr)
    expect(verified.stdout).toMatch(
      warns ? /^@acme\.test\/verified@1\.0\.0 +warning +no-integrity/m : /^@acme\.test\/verified@1\.0\.0 +proven$/m,
    )
    expect(verified.stderr).toContain('1 internal proven, 1 public allowed, 0 failed')
  })

  it('fails when somebody moved it to another publisher', async () => {
    await project.rewrites(file, (text) =>
      text.replaceAll(/did(:|%3A)plc(:|%3A)[a-z2-7]{24}/gi, (did) => `${did.slice(0, -24)}${'a'.repeat(24)}`),
    )
    const { exitCode, stdout } = await project.verifies()
    expect({ exitCode, stdout }).toMatchObject({ exitCode: 1, stdout: expect.stringContaining('unknown-publisher') })
  })
})
