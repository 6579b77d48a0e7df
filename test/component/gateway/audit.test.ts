import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sinkOf } from '#appliance/admin/index.ts'
import { parseOsv } from '#common/advisories/index.ts'
import { Machine } from '#test/support/machine.ts'
import { affectedEntry, osvEntry } from '#test/support/osv-entry.ts'
import { GatewayScene } from './gateway-scene.ts'
import { IssuedTokens } from './issued-tokens.ts'
import { Person } from './person.ts'

const hello = '@acme.test/hello'
const bulk = '/-/npm/v1/security/advisories/bulk'

let scene: GatewayScene
let issued: IssuedTokens
beforeAll(async () => {
  scene = await GatewayScene.opens()
  issued = await IssuedTokens.of(scene.parts.gateway.database)
  await scene.stops('appview')
  scene.parts.appview.advisories.push({ name: 'ours', mayExpedite: false, internal: true, refreshMs: 1_000 })
  await scene.starts('appview')
  const published = await scene.alice.publishes({ name: hello, version: '1.0.0' })
  expect(published.status).toBe(201)
  const appview = await scene.calls('appview')
  const keep = (source: string, ...entries: object[]) =>
    sinkOf({ appview } as Parameters<typeof sinkOf>[0], source).keep(
      entries.map((entry) => parseOsv(entry) ?? expect.fail('not npm')),
    )
  await keep('osv', leftPad, osvEntry({ id: 'X-2', affected: [affectedEntry('is-odd', [{ introduced: '3.0.0' }])] }))
  await keep('ours', osvEntry({ id: 'OWN-1', aliases: [], affected: [affectedEntry(hello, [{ introduced: '0' }])] }))
  // The same as GHSA-2222-3333-4444, by another database.
  await keep('zzz', osvEntry({ id: 'CVE-2026-0001', aliases: [], summary: 'told twice' }))
})
afterAll(async () => {
  await issued?.[Symbol.asyncDispose]()
  await scene?.[Symbol.asyncDispose]()
})

const leftPad = osvEntry({
  severity: [{ type: 'CVSS_V3', score: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H' }],
})

async function sends(person: Person, path: string, body: Uint8Array<ArrayBuffer> | string, encoding?: string) {
  const headers = { 'content-type': 'application/json', ...(encoding && { 'content-encoding': encoding }) }
  const answer = await person.asks(path, { method: 'POST', headers, body })
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> }
}

const audits = (installed: object, person = scene.alice) => sends(person, bulk, JSON.stringify(installed))

describe('a bulk audit', () => {
  it('is answered with what npm reads, however it is sent', async () => {
    const installed = { 'left-pad': ['1.3.0', '1.3.1'], 'is-odd': ['2.0.0'], unknown: ['1.0.0'] }
    const told = {
      id: expect.any(Number),
      url: 'https://github.com/advisories/GHSA-2222-3333-4444',
      title: 'Command injection in left-pad',
      severity: 'high',
      vulnerable_versions: '<1.3.1',
      cwe: ['CWE-77'],
      cvss: { score: 9.8, vectorString: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H' },
    }
    const plain = await audits(installed)
    expect(plain).toEqual({ status: 200, body: { 'left-pad': [told] } })
    expect(await sends(scene.alice, bulk, gzipSync(JSON.stringify(installed)), 'gzip')).toEqual(plain)
  })

  it('asks nobody outside', () => {
    expect(scene.parts.registry.paths).toEqual([])
  })

  it('may be asked by a token that only reads', async () => {
    const alice = { did: await scene.alice.did(), handle: 'alice.people.test' }
    const reader = Person.holding(await issued.issue({ ...alice, access: 'read-only' }), scene.url)
    expect((await audits({ 'left-pad': ['1.0.0'] }, reader)).body).toHaveProperty('left-pad')
    expect((await audits({}, Person.holding(undefined, scene.url))).status).toBe(401)
  })

  it('tells of our own packages who may read them, and nobody else', async () => {
    const installed = { [hello]: ['1.0.0'] }
    expect((await audits(installed)).body).toMatchObject({ [hello]: [{ vulnerable_versions: '*' }] })
    expect(await audits(installed, scene.bob)).toEqual({ status: 200, body: {} })
    const alice = { did: await scene.alice.did(), handle: 'alice.people.test' }
    const narrow = Person.holding(await issued.issue({ ...alice, packages: ['@acme.test/other'] }), scene.url)
    expect(await audits(installed, narrow)).toEqual({ status: 200, body: {} })
    expect((await audits({ 'left-pad': ['1.0.0'] }, narrow)).body).toHaveProperty('left-pad')
  })

  it('takes names that no package could have', async () => {
    const odd = { '': ['1.0.0'], __proto__: ['1.0.0'], 'a b': ['1'], ['x'.repeat(300)]: ['1'], '\u0000': ['1.0.0'] }
    expect(
      await sends(scene.alice, bulk, JSON.stringify({ ...odd, 'left-pad': ['1.0.0', 7, null, 'x'.repeat(300)] })),
    ).toMatchObject({
      status: 200,
      body: { 'left-pad': [{ severity: 'high' }] },
    })
  })

  it.each([
    ['no object', '[]', 400, 'InvalidRequest'],
    ['versions that are no list', '{"left-pad":"1.0.0"}', 400, 'InvalidRequest'],
    ['no JSON', 'rubbish', 400, 'InvalidRequest'],
    [
      'too many names',
      JSON.stringify(Object.fromEntries(Array.from({ length: 20_001 }, (_, at) => [`p${at}`, ['1.0.0']]))),
      413,
      'AuditTooLarge',
    ],
    [
      'too many versions',
      JSON.stringify({ a: Array.from({ length: 100_001 }, (_, at) => `${at}.0.0`) }),
      413,
      'AuditTooLarge',
    ],
  ])('refuses %s', async (_, body, status, error) => {
    expect(await sends(scene.alice, bulk, body)).toMatchObject({ status, body: { code: error } })
  })

  it('refuses what would fill the memory, and what it cannot unfold', async () => {
    const bomb = gzipSync(Buffer.alloc(200 * 2 ** 20, ' '))
    expect(bomb.length).toBeLessThan(2 ** 20)
    expect(await sends(scene.alice, bulk, bomb, 'gzip')).toMatchObject({
      status: 413,
      body: { code: 'PayloadTooLarge' },
    })
    expect(await sends(scene.alice, bulk, 'rubbish', 'gzip')).toMatchObject({ status: 400 })
    expect(await sends(scene.alice, bulk, '{}', 'br')).toMatchObject({ status: 400 })
    expect((await audits({})).status).toBe(200)
  })
})

describe('an audit of a tree', () => {
  const tree = {
    name: 'app',
    version: '1.0.0',
    requires: { a: '^1.0.0' },
    dependencies: {
      a: {
        version: '1.0.0',
        requires: { 'left-pad': '*' },
        dependencies: {
          'left-pad': { version: '1.0.0', dev: true },
          b: { version: '1.0.0', dependencies: { 'left-pad': { version: '1.0.0' } } },
        },
      },
      'left-pad': { version: '1.3.1' },
      'is-odd': { version: '3.0.1', optional: true },
    },
  }

  it.each(['/-/npm/v1/security/audits', '/-/npm/v1/security/audits/quick'])(
    'at %s is answered with paths',
    async (path) => {
      const { status, body } = await sends(scene.alice, path, gzipSync(JSON.stringify(tree)), 'gzip')
      expect(status).toBe(200)
      const advisories = Object.values(body['advisories'] as Record<string, { module_name: string }>)
      expect(advisories.find((one) => one.module_name === 'is-odd')).toMatchObject({
        findings: [{ version: '3.0.1', paths: ['is-odd'] }],
        patched_versions: '<0.0.0',
      })
      expect(advisories.filter((one) => one.module_name === 'left-pad')).toMatchObject([
        {
          findings: [{ version: '1.0.0', paths: expect.arrayContaining(['a>left-pad', 'a>b>left-pad']) }],
          vulnerable_versions: '<1.3.1',
          patched_versions: '>=1.3.1',
          cves: ['CVE-2026-0001'],
        },
      ])
      expect(body).toMatchObject({
        muted: [],
        metadata: {
          vulnerabilities: { info: 0, low: 0, moderate: 0, high: 3, critical: 0 },
          totalDependencies: 6,
          devDependencies: 1,
          optionalDependencies: 1,
        },
      })
    },
  )

  it('may be as deep as it likes, and is refused', async () => {
    const depth = 100_000
    const deep = `${'{"dependencies":{"a":'.repeat(depth)}{}${'}}'.repeat(depth)}`
    expect(await sends(scene.alice, '/-/npm/v1/security/audits', deep)).toMatchObject({
      status: 413,
      body: { code: 'AuditTooLarge' },
    })
    expect(await sends(scene.alice, '/-/npm/v1/security/audits', '{}')).toMatchObject({ status: 400 })
  })
})

describe('stock npm', () => {
  it('says what is vulnerable, and fixes it', async () => {
    scene.parts.registry.hasAll('left-pad', ['1.3.0', '1.3.1'])
    const machine = await Machine.create({ registry: scene.url, token: scene.alice.token ?? '' })
    const folder = join(machine.home, 'app')
    await mkdir(folder)
    const manifest = { name: 'app', version: '1.0.0', dependencies: { 'left-pad': '^1.3.0' } }
    await writeFile(join(folder, 'package.json'), JSON.stringify(manifest))
    const locked = {
      'node_modules/left-pad': { version: '1.3.0', resolved: `${scene.url}/left-pad/-/left-pad-1.3.0.tgz` },
    }
    const lock = { ...manifest, lockfileVersion: 3, requires: true, packages: { '': manifest, ...locked } }
    await writeFile(join(folder, 'package-lock.json'), JSON.stringify(lock))
    const found = await machine.run(folder, 'npm audit --json --package-lock-only 2>/dev/null')
    expect(found.exitCode).toBe(1)
    expect(JSON.parse(found.output)).toMatchObject({
      vulnerabilities: { 'left-pad': { severity: 'high', fixAvailable: true } },
      metadata: { vulnerabilities: { high: 1, total: 1 } },
    })
    expect(await machine.run(folder, 'npm audit --package-lock-only --audit-level=critical')).toMatchObject({
      exitCode: 0,
    })
    expect(await machine.run(folder, 'npm audit fix --package-lock-only')).toMatchObject({ exitCode: 0 })
    expect(await readFile(join(folder, 'package-lock.json'), 'utf8')).toContain('left-pad-1.3.1.tgz')
    expect(await machine.run(folder, 'npm audit --package-lock-only')).toMatchObject({ exitCode: 0 })
  })
})
