import { createHash } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { record } from '#test/bench/results.ts'
import { Administrator } from '#test/support/administrator.ts'
import { Developer } from '#test/support/developer.ts'
import { runCommand } from '#test/support/run-command.ts'
import { type SupervisedBox, startSupervisedBox } from '#test/support/supervised-box.ts'

interface Packument {
  versions: Record<string, { deprecated?: string; dist: { tarball: string; integrity?: string; shasum: string } }>
  time: Record<string, string>
  'dist-tags': Record<string, string>
}

/** Which together have more than 2,000 versions, from 2018 on; the registry says how many today. */
const packages = [
  ...['core', 'parser', 'types', 'traverse', 'generator', 'template', 'code-frame', 'helpers', 'preset-env'],
  ...['plugin-transform-runtime', 'cli'],
].map((name) => `@babel/${name}`)
const atLeast = 2_000
const org = ['--org', 'acme.test']

/** An imported registry is one whose names are the company's own: the public one knows nothing of them. */
let nowhere: Server
let box: SupervisedBox
let dan: Administrator
let developer: Developer
let registry: string
const before = new Map<string, Packument>()

beforeAll(async () => {
  registry = (await runCommand('npm', ['config', 'get', 'registry'])).trim().replace(/\/$/, '')
  for (const name of packages) {
    const response = await fetch(`${registry}/${name.replace('/', '%2f')}`)
    before.set(name, (await response.json()) as Packument)
  }
  nowhere = createServer((_, response) => response.writeHead(404).end('{}'))
  await new Promise<void>((resolve) => nowhere.listen(0, '127.0.0.1', resolve))
  const upstream = `http://127.0.0.1:${(nowhere.address() as AddressInfo).port}`
  box = await startSupervisedBox({ settings: `upstream: { url: '${upstream}' }\n` })
  developer = await Developer.signIn(box.gateway, 'bob')
  dan = new Administrator(box, await Developer.signIn(box.gateway, 'dan'), 1_500_000)
})
afterAll(async () => {
  await box?.[Symbol.asyncDispose]()
  nowhere?.close()
})

describe('two thousand versions of a real registry', () => {
  it('are imported with one approval', async () => {
    expect(await dan.runs('name', 'grant', '@babel/*', '--to', 'acme.test')).toMatchObject({ exitCode: 0 })
    for (const [who, action] of [
      ['dan', 'publish'],
      ['everyone', 'read'],
    ] as const) {
      const rule = await dan.runs('permission', 'add', who, action, '@babel/*', ...org)
      expect(rule).toMatchObject({ exitCode: 0 })
    }
    const began = performance.now()
    const { exitCode, stdout, stderr } = await dan.runs('import', 'npm', registry, ...packages, ...org)
    const seconds = (performance.now() - began) / 1000
    process.stdout.write(stdout)
    expect(exitCode, stderr).toBe(0)
    const count = Number(/Imported ([\d,]+) versions/.exec(stdout)?.[1]?.replace(',', ''))
    expect(count).toBeGreaterThanOrEqual(atLeast)
    const measured = (metric: string, unit: string, value: number) => ({
      ...{ bench: 'import', case: `${packages.length} packages from the public registry`, metric, unit },
      value: Math.round(value * 10) / 10,
      ...{ peers: {}, ratios: {} },
    })
    await record('npm run test:import', [
      measured('versions', 'count', count),
      measured('reading, checking, approving and writing them', 's', seconds),
      measured('rate', 'versions/s', count / seconds),
    ])
  })

  it.each(packages)('%s is what it was: versions, times, tags, deprecations', async (name) => {
    const then = before.get(name) ?? expect.fail()
    const now = (await (await developer.get(`/${name.replace('/', '%2f')}`)).json()) as Packument
    expect(Object.keys(now.versions).toSorted()).toEqual(Object.keys(then.versions).toSorted())
    expect(now['dist-tags']).toEqual(then['dist-tags'])
    for (const [version, { deprecated, dist }] of Object.entries(then.versions)) {
      // Some registries write them with microseconds and an offset.
      expect(now.time[version], version).toBe(new Date(then.time[version] ?? '').toISOString())
      expect(now.versions[version]?.deprecated ?? '', version).toBe(deprecated ?? '')
      expect(now.versions[version]?.dist.shasum, version).toBe(dist.shasum)
    }
  })

  it('has the bytes it had', async () => {
    const { versions } = (await (await developer.get('/@babel%2fcore')).json()) as Packument
    const some = Object.values(versions).filter((_, index) => index % 25 === 0)
    for (const { dist } of some) {
      const bytes = Buffer.from(await (await developer.get(dist.tarball.slice(box.gateway.length))).arrayBuffer())
      expect(`sha512-${createHash('sha512').update(bytes).digest('base64')}`).toBe(dist.integrity)
    }
  })

  it('does nothing the second time', async () => {
    const again = await dan.runs('import', 'npm', registry, ...packages, ...org)
    expect(again).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('Imported 0 versions') })
  })
})
