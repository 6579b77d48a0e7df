import { access, mkdir, readFile, writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse, stringify } from 'yaml'
import type { ClientName, Snippet } from '#appliance/client-settings/index.ts'
import { Developer, packVersion } from '#test/support/developer.ts'
import { Machine } from '#test/support/machine.ts'
import { type SupervisedBox, startSupervisedBox } from '#test/support/supervised-box.ts'
import { installPrograms } from './install-programs.ts'

// What the company lets run, and what somebody published since with a script of its own.
const [builder, newcomer] = ['@acme.test/builder', '@acme.test/newcomer'] as const

interface Client {
  name: ClientName
  program: string
  install: string
  /** Where a client that reads no .npmrc finds its registry. */
  files?: () => Record<string, object>
}

const clients: Record<string, Client> = {
  'npm 12': { name: 'npm', program: 'npm@12', install: 'npm install' },
  'pnpm 10': { name: 'pnpm', program: 'pnpm@10', install: 'pnpm install' },
  'pnpm 12': { name: 'pnpm', program: 'pnpm@12', install: 'pnpm install' },
  'yarn 4': {
    name: 'yarn',
    program: '@yarnpkg/cli-dist@4',
    install: 'yarn install',
    files: () => ({
      '.yarnrc.yml': {
        npmRegistryServer: box.gateway,
        npmAuthToken: alice.token,
        npmAlwaysAuth: true,
        unsafeHttpWhitelist: ['localhost'],
        enableTelemetry: false,
        enableGlobalCache: false,
        nodeLinker: 'node-modules',
      },
    }),
  },
  bun: { name: 'bun', program: '@oven/bun-linux-x64', install: 'bun install' },
}

let box: SupervisedBox
let alice: Developer
let told: (Snippet & { client: ClientName })[]
beforeAll(async () => {
  box = await startSupervisedBox({ settings: 'policy:\n  internal:\n    installScripts: allow\n' })
  alice = await Developer.signIn(box.gateway, 'alice')
  await publishes(builder)
  const { stdout, exitCode, stderr } = await box.atoll(['policy', 'clients', '--json'])
  if (exitCode !== 0) expect.fail(stderr)
  told = JSON.parse(stdout)
  await publishes(newcomer)
})
afterAll(() => box?.[Symbol.asyncDispose]())

async function publishes(name: string): Promise<void> {
  const scripts = { postinstall: `node -e "require('fs').writeFileSync('built', 'yes')"` }
  const packed = await packVersion({ name, version: '1.0.0', manifest: { scripts } })
  const asked = await alice.put(packed)
  const { status, body } = await alice.put(packed, await alice.approve(asked.body))
  if (status !== 201) expect.fail(JSON.stringify(body))
}

/** A project of today, with what `atoll policy clients` said in the files it said. */
async function project(machine: Machine, { name, files = () => ({}) }: Client): Promise<string> {
  const folder = join(machine.home, 'app')
  await mkdir(folder)
  const dependencies = { [builder]: '1.0.0', [newcomer]: '1.0.0' }
  const content: Record<string, object> = {
    'package.json': { name: 'app', version: '1.0.0', private: true, dependencies },
    ...(name === 'yarn' ? { 'yarn.lock': {} } : {}),
    ...files(),
  }
  for (const { file, text } of told.filter(({ client }) => client === name))
    content[file] = { ...content[file], ...parse(text) }
  for (const [file, fields] of Object.entries(content)) {
    const text = file.endsWith('.json') ? JSON.stringify(fields, null, 2) : stringify(fields)
    await writeFile(join(folder, file), file === 'yarn.lock' ? '' : text)
  }
  return folder
}

const isBuilt = (folder: string, name: string) =>
  access(join(folder, 'node_modules', name, 'built')).then(
    () => true,
    () => false,
  )

describe.each(Object.entries(clients))('what atoll policy clients tells %s', (_, client) => {
  it('lets it install versions of today, and run the scripts of what is on the list alone', async () => {
    const programs = await installPrograms(client.program)
    const path = [programs, join(programs, '..', '@oven', 'bun-linux-x64', 'bin')].join(delimiter)
    const machine = await Machine.create({ registry: box.gateway, token: alice.token, programs: path })
    const folder = await project(machine, client)
    const { exitCode, output } = await machine.run(folder, client.install)
    const manifest = await readFile(join(folder, 'node_modules', newcomer, 'package.json'), 'utf8').catch(() => '')
    expect(manifest, `exit code ${exitCode}:\n${output}`).toContain('"1.0.0"')
    expect([await isBuilt(folder, builder), await isBuilt(folder, newcomer)], output).toEqual([true, false])
  })
})
