import { createHash } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { collectCode } from '#appliance/admin/index.ts'
import { createDemoPerson } from '#appliance/demo/person.ts'
import type { RebuildOutcome } from '#appview/index.ts'
import { versionKey } from '#common/names/index.ts'
import { app } from '#lexicons'
import { BoxInsides } from '#test/support/box-insides.ts'
import { Developer, type PackedVersion, packVersion } from '#test/support/developer.ts'
import { survivorsOf } from '#test/support/processes.ts'
import { type BoxPart, freshFolder, type SupervisedBox, startSupervisedBox } from '#test/support/supervised-box.ts'
import { PublishStream } from './publish-stream.ts'
import { everythingIsUp } from './up-again.ts'

const parts: BoxPart[] = ['directory', 'org', 'people', 'relay', 'appview', 'gateway', 'postgres']

let folder: string
let box: SupervisedBox
let alice: Developer
const maintainer = createDemoPerson('alice')
let org: string
/** Two people's worth of work: whichever part dies, somebody is in the middle of something. */
let streams: PublishStream[]
const acknowledged: PackedVersion[] = []

beforeAll(async () => {
  folder = await freshFolder()
  box = await startSupervisedBox({ folder })
  alice = await Developer.signIn(box.gateway, 'alice', maintainer)
  const orgs = JSON.parse((await box.atoll(['org', 'list', '--json'])).stdout) as { did: string }[]
  org = orgs[0]?.did ?? ''
  streams = await Promise.all(
    ['@acme.test/left', '@acme.test/right'].map(
      async (name) => new PublishStream(await Developer.signIn(box.gateway, 'alice'), name),
    ),
  )
})
afterAll(async () => {
  await box?.[Symbol.asyncDispose]()
  await rm(folder, { recursive: true, force: true })
})

describe('kill -9 of one part under a stream of publishes', () => {
  it.each(parts)('%s: it is up again, and publishes go on', async (part) => {
    // Just when the second half of a publish is sent: the moment at which most is at stake.
    await Promise.race(streams.map((stream) => stream.reaches('sending')))
    const before = box.output().length
    await box.signal(part, 'SIGKILL')
    await everythingIsUp(box)
    await Promise.all(streams.map((stream) => stream.acknowledges(1)))
    // Those who depend on it wait; none of them goes down with it.
    expect(
      [
        ...box
          .output()
          .slice(before)
          .matchAll(/^! (\w+) ended/gm),
      ].map((match) => match[1]),
    ).toEqual([part])
  })

  it('loses no acknowledged publish, and makes none twice', async () => {
    await Promise.all(streams.map((stream) => stream.stop()))
    acknowledged.push(...streams.flatMap((stream) => stream.acknowledged))
    expect(acknowledged.length).toBeGreaterThan(parts.length * streams.length)
    await allAreInstallable()
    await noneIsThereTwice()
  })
})

describe('kill -9 of the people PDS while it attests what was approved together', () => {
  it('loses no approval: each package gets its code, once the PDS is there again', async () => {
    const names = Array.from({ length: 20 }, (_, at) => `@acme.test/together-${at}`)
    const packed = await Promise.all(names.map((name) => packVersion({ name, version: '1.0.0' })))
    const doneUrls: string[] = []
    let approvals = ''
    for (const one of packed) {
      const { authUrl = '', doneUrl = '' } = (await alice.put(one)).body
      doneUrls.push(doneUrl)
      approvals = new URL('/approvals', authUrl).href
    }
    // What her browser sees of it is a broken connection.
    const approving = maintainer.approveWaiting(approvals).catch(() => undefined)
    while (!(await fetch(doneUrls[0] ?? '').then((answer) => answer.status === 200)));
    await box.signal('people', 'SIGKILL')
    await approving
    await everythingIsUp(box)
    const isThere = () => fetch(approvals).then((answer) => answer.ok)
    await expect.poll(() => isThere().catch(() => false), { timeout: 30_000 }).toBe(true)
    const codes = await Promise.all(doneUrls.map(collectCode))
    expect(new Set(codes).size).toBe(1)
    for (const one of packed) expect(await alice.put(one, codes[0])).toMatchObject({ status: 201 })
    acknowledged.push(...packed)
  })
})

describe('kill -9 of the supervisor', () => {
  it('leaves nothing running, does not block a start at once, and loses nothing', async () => {
    const orphans = await box.processes()
    expect(orphans.length).toBeGreaterThan(parts.length)
    await box.killSupervisor()
    const allGone = expect.poll(() => survivorsOf(orphans), { timeout: 5_000, interval: 50 }).toEqual([])
    ;[box] = await Promise.all([startSupervisedBox({ folder }), allGone])
    expect(box.readyAfterSeconds).toBeLessThan(30)
    await allAreInstallable()
    await noneIsThereTwice()
    await publishesAgain('2.0.0')
  })
})

describe('a rebuild after all that', () => {
  it('finds the index exactly what the signed repositories say', async () => {
    const { exitCode, stdout } = await box.atoll(['appview', 'rebuild', '--json'])
    const { index, ledger, swapped } = JSON.parse(stdout) as RebuildOutcome
    const differing = [...index, ...ledger].filter(({ examples }) => examples.length > 0)
    expect({ differing, swapped, exitCode }).toEqual({ differing: [], swapped: true, exitCode: 0 })
    await publishesAgain('2.0.1')
  })
})

describe('Ctrl-C', () => {
  it('ends every process within 5 s', async () => {
    const processes = await box.processes()
    expect(await box.interrupt()).toBeLessThan(5_000)
    expect(await survivorsOf(processes)).toEqual([])
    expect(box.output()).toMatch(/Stopped\.\n$/)
  })
})

async function publishesAgain(version: string): Promise<void> {
  const packed = await packVersion({ name: '@acme.test/left', version })
  const code = await alice.approve((await alice.put(packed)).body)
  expect(await alice.put(packed, code)).toMatchObject({ status: 201 })
  acknowledged.push(packed)
  await allAreInstallable()
}

async function allAreInstallable(): Promise<void> {
  for (const name of new Set(acknowledged.map((packed) => packed.name))) {
    const versions = await readPackument(name)
    for (const packed of acknowledged.filter((candidate) => candidate.name === name)) {
      const dist = versions[packed.version]?.dist
      expect(dist?.integrity, `${name}@${packed.version}`).toBe(packed.integrity)
      expect(await integrityAt(dist?.tarball ?? ''), `${name}@${packed.version}`).toBe(packed.integrity)
    }
  }
}

async function readPackument(name: string) {
  const answer = await alice.get(`/${name.replace('/', '%2f')}`)
  expect(answer.status).toBe(200)
  const { versions } = (await answer.json()) as {
    versions: Record<string, { dist: { integrity: string; tarball: string } }>
  }
  return versions
}

async function integrityAt(url: string): Promise<string> {
  const bytes = Buffer.from(await (await alice.get(new URL(url).pathname)).arrayBuffer())
  return `sha512-${createHash('sha512').update(bytes).digest('base64')}`
}

/** One record for each version, and it is the one that was seen first. */
async function noneIsThereTwice(): Promise<void> {
  const insides = await BoxInsides.of(box.dataDir)
  const records = (await insides.repository(org)).filter(
    ({ collection }) => collection === app.npm.package.version.$nsid,
  )
  const { versions, tamperings } = await insides.ledger()
  const expected = acknowledged.map(({ name, version }) => versionKey(name, version)).sort()
  expect(records.map(({ rkey }) => rkey).sort()).toEqual(expected)
  const seen = versions.map(({ name, version, first_cid }) => `${versionKey(name, version)} ${first_cid}`)
  expect(seen.sort()).toEqual(records.map(({ rkey, cid }) => `${rkey} ${cid}`).sort())
  expect(tamperings).toBe(0)
}
