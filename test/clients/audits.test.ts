import { mkdir, writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sinkOf } from '#appliance/admin/index.ts'
import { parseOsv } from '#common/advisories/index.ts'
import { GatewayScene } from '#test/component/gateway/gateway-scene.ts'
import { Machine } from '#test/support/machine.ts'
import { affectedEntry, osvEntry } from '#test/support/osv-entry.ts'
import { startPostgresServer } from '#test/support/postgres-server.ts'
import { installPrograms } from './install-programs.ts'

interface Client {
  /** What carries it. */
  program: string
  /** Makes a lockfile. */
  install: string
  audit: string
  files?: (scene: GatewayScene) => Record<string, string>
}

const clients: Record<string, Client> = {
  npm: { program: 'npm@11', install: 'npm install --package-lock-only', audit: 'npm audit' },
  'pnpm 10': { program: 'pnpm@10', install: 'pnpm install --lockfile-only', audit: 'pnpm audit' },
  'pnpm 12': { program: 'pnpm@12', install: 'pnpm install --lockfile-only', audit: 'pnpm audit' },
  'yarn berry': {
    program: '@yarnpkg/cli-dist@4',
    install: 'yarn install --mode=update-lockfile',
    audit: 'yarn npm audit',
    files: ({ url, alice }) => ({
      'yarn.lock': '',
      '.yarnrc.yml': [
        `npmRegistryServer: ${url}`,
        `npmAuthToken: ${alice.token}`,
        'npmAlwaysAuth: true',
        'enableTelemetry: false',
        'enableGlobalCache: false',
        'unsafeHttpWhitelist: [localhost]',
        'npmMinimalAgeGate: 0',
        '',
      ].join('\n'),
    }),
  },
  bun: { program: '@oven/bun-linux-x64', install: 'bun install --lockfile-only', audit: 'bun audit' },
}

let scene: GatewayScene
const opened = new AsyncDisposableStack()
beforeAll(async () => {
  const postgres = opened.use(await startPostgresServer())
  process.env['ATOLL_TEST_DATABASE_URL'] = postgres.url
  scene = opened.use(await GatewayScene.opens())
  scene.parts.registry.has('left-pad', '1.3.0')
  scene.parts.registry.has('is-number', '7.0.0')
  const appview = await scene.calls('appview')
  const entries = [
    osvEntry({ affected: [affectedEntry('left-pad', [{ introduced: '0' }, { fixed: '99.0.0' }])] }),
    osvEntry({ id: 'X-1', affected: [affectedEntry('is-number', [{ introduced: '99.0.0' }])] }),
  ]
  const advisories = entries.flatMap((entry) => parseOsv(entry) ?? [])
  await sinkOf({ appview } as Parameters<typeof sinkOf>[0], 'osv').keep(advisories)
})
afterAll(() => opened.disposeAsync())

describe.each(Object.entries(clients))('%s', (_, { program, install, audit, files = () => ({}) }) => {
  it('is told what is vulnerable, and fails', async () => {
    const programs = await installPrograms(program)
    // Bun's binary is in a package that names no command.
    const path = [programs, join(programs, '..', '@oven', 'bun-linux-x64', 'bin')].join(delimiter)
    const machine = await Machine.create({ registry: scene.url, token: scene.alice.token ?? '', programs: path })
    const app = join(machine.home, 'app')
    await mkdir(app)
    const manifest = {
      name: 'app',
      version: '1.0.0',
      private: true,
      dependencies: { 'left-pad': '1.3.0', 'is-number': '7.0.0' },
    }
    const written = { 'package.json': JSON.stringify(manifest), ...files(scene) }
    for (const [name, content] of Object.entries(written)) await writeFile(join(app, name), content)
    expect(await machine.run(app, install)).toMatchObject({ exitCode: 0 })
    const { exitCode, output } = await machine.run(app, audit)
    expect(output).toMatch(/left-pad/)
    expect(output).toMatch(/GHSA-2222-3333-4444|Command injection/)
    expect(output).not.toMatch(/is-number/)
    expect(exitCode).not.toBe(0)
  })
})
