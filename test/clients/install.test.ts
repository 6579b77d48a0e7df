import { createHash } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { GatewayScene } from '#test/component/gateway/gateway-scene.ts'
import { readDocument } from '#test/support/documents.ts'
import { Machine } from '#test/support/machine.ts'
import { pack, packageFolder } from '#test/support/package-folder.ts'
import { startPostgresServer } from '#test/support/postgres-server.ts'
import { installPrograms } from './install-programs.ts'

interface Client {
  program: string
  /** Label of the block of docs/clients.md, and the file it is. */
  settings: readonly [label: string, file: string]
  install: string
}

const npmrc = ['npmrc', '.npmrc'] as const
const clients: Record<string, Client> = {
  'npm 11': { program: 'npm@11', settings: npmrc, install: 'npm install' },
  'npm 12': { program: 'npm@12', settings: npmrc, install: 'npm install' },
  // The rest of the command is what "atoll policy clients" would say in a file.
  'pnpm 12': { program: 'pnpm@12', settings: npmrc, install: 'pnpm install --config.minimumReleaseAge=0' },
  'yarn 1': { program: 'yarn@1', settings: ['yarn1', '.npmrc'], install: 'yarn install' },
  'yarn 4': {
    program: '@yarnpkg/cli-dist@4',
    settings: ['yarnrc', '.yarnrc.yml'],
    install: 'YARN_NPM_MINIMAL_AGE_GATE=0 YARN_NODE_LINKER=node-modules yarn install',
  },
  bun: { program: '@oven/bun-linux-x64', settings: npmrc, install: 'bun install' },
  deno: {
    program: '@deno/linux-x64-glibc',
    settings: npmrc,
    install: 'deno install --node-modules-dir=auto --minimum-dependency-age=0',
  },
}
const internal = '@acme.test/hello'

let scene: GatewayScene
const opened = new AsyncDisposableStack()
beforeAll(async () => {
  const postgres = opened.use(await startPostgresServer())
  process.env['ATOLL_TEST_DATABASE_URL'] = postgres.url
  scene = opened.use(await GatewayScene.opens())
  await upstreamHas('left-pad', '1.3.0')
  expect(await scene.alice.publishes({ name: internal, version: '1.0.0' })).toMatchObject({ status: 201 })
})
afterAll(() => opened.disposeAsync())

/** A package that can be unpacked: bytes that say nothing will do for most tests. */
async function upstreamHas(name: string, version: string): Promise<void> {
  const tarball = await pack(await packageFolder({ name, version }))
  const { registry } = scene.parts
  const path = `/${name}/-/${name}-${version}.tgz`
  const hash = (algorithm: string) => createHash(algorithm).update(tarball)
  const integrity = `sha512-${hash('sha512').digest('base64')}`
  const dist = { tarball: registry.url + path, integrity, shasum: hash('sha1').digest('hex') }
  const at = '2020-01-01T00:00:00.000Z'
  const time = { created: at, modified: at, [version]: at }
  const versions = { [version]: { name, version, main: 'index.js', dist } }
  const packument = { name, 'dist-tags': { latest: version }, time, versions }
  registry.answers.set(`/${name}`, { body: JSON.stringify(packument) })
  registry.answers.set(path, { body: tarball })
}

/** A block of the page, with this registry's address and alice's token. */
async function written(label: string): Promise<string> {
  const block = (await readDocument('docs/clients.md')).blocks.find((candidate) => candidate.label === label)
  if (block === undefined) throw new Error(`docs/clients.md has no "${label}"`)
  const { host } = new URL(scene.url)
  const text = block.text.replaceAll('https://npm.acme.com', `http://${host}`).replaceAll('npm.acme.com', host)
  // Only here is it without TLS.
  const plain = label === 'yarnrc' ? 'unsafeHttpWhitelist: [localhost]\n' : ''
  return `${text.replaceAll('TOKEN', scene.alice.token ?? '')}${plain}`
}

describe.each(Object.entries(clients))('%s, told what docs/clients.md says', (name, { program, settings, install }) => {
  it('installs what is internal and what is upstream’s', async () => {
    const programs = await installPrograms(program)
    const binaries = [
      join(programs, '..', '@oven', 'bun-linux-x64', 'bin'),
      join(programs, '..', '@deno', 'linux-x64-glibc'),
    ]
    const machine = await Machine.create({
      registry: scene.url,
      token: '',
      programs: [programs, ...binaries].join(delimiter),
    })
    const [label, file] = settings
    await writeFile(join(machine.home, '.npmrc'), '')
    await writeFile(join(machine.home, file), await written(label))
    const app = join(machine.home, 'app')
    await mkdir(app)
    const dependencies = { [internal]: '1.0.0', 'left-pad': '1.3.0' }
    await writeFile(join(app, 'package.json'), JSON.stringify({ name: 'app', private: true, dependencies }))
    if (name.startsWith('yarn')) await writeFile(join(app, 'yarn.lock'), '')
    const { exitCode, output } = await machine.run(app, install)
    if (exitCode !== 0) expect.fail(output)
    const run = await machine.run(app, `node -p "require('${internal}') + typeof require('left-pad')"`)
    expect(run.output, output).toMatch(/^hello from @acme\.test\/hello@1\.0\.0/)
  })
})
