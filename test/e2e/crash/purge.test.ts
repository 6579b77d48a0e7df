import { rm } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RebuildOutcome } from '#appview/index.ts'
import { versionKey } from '#common/names/index.ts'
import { app } from '#lexicons'
import { BoxInsides } from '#test/support/box-insides.ts'
import { Developer, type PackedVersion, packVersion } from '#test/support/developer.ts'
import { filesWith } from '#test/support/files-with.ts'
import { type BoxPart, freshFolder, type SupervisedBox, startSupervisedBox } from '#test/support/supervised-box.ts'
import { purgePatiently } from './patient-purge.ts'
import { randomMoments } from './random-moments.ts'
import { everythingIsUp } from './up-again.ts'

const seed = Number(process.env['ATOLL_TEST_SEED'] ?? 20_261_130)
const random = randomMoments(seed)
const name = '@acme.test/purged'
const reason = 'court order 12/345'
const parts: BoxPart[] = ['org', 'appview', 'gateway', 'people', 'relay', 'postgres', 'directory']
// Where the bytes are, and where it is decided that they go, twice more.
const kills = [...parts, 'org', 'gateway', 'appview', 'org'].map((part, at) => ({
  part: part as BoxPart,
  version: `1.0.${at}`,
  moment: random(),
}))

let folder: string
let box: SupervisedBox
let alice: Developer
let dan: Developer
let org: string
/** How long one takes when nothing happens to the box. */
let undisturbedMs: number
const packed = new Map<string, PackedVersion & { tarball: Buffer; readme: string }>()

beforeAll(async () => {
  process.stdout.write(`Purges are cut off at moments of the seed ${seed} (ATOLL_TEST_SEED).\n`)
  folder = await freshFolder()
  box = await startSupervisedBox({ folder })
  alice = await Developer.signIn(box.gateway, 'alice')
  dan = await Developer.signIn(box.gateway, 'dan')
  const orgs = JSON.parse((await box.atoll(['org', 'list', '--json'])).stdout) as { did: string }[]
  org = orgs[0]?.did ?? ''
  for (const version of ['0.0.1', '9.0.0', ...kills.map((kill) => kill.version)]) await publishes(version)
  const began = performance.now()
  await purgePatiently(dan, { name, version: '0.0.1', reason })
  undisturbedMs = performance.now() - began
})
afterAll(async () => {
  await box?.[Symbol.asyncDispose]()
  await rm(folder, { recursive: true, force: true })
})

/** With a README that no other version has, and downloaded once. */
async function publishes(version: string): Promise<void> {
  const readme = `# What must go of ${version}\n`
  const one = await packVersion({ name, version, files: { 'README.md': readme } })
  const code = await alice.approve((await alice.put(one)).body)
  expect(await alice.put(one, code)).toMatchObject({ status: 201 })
  const answer = await alice.get(pathOf(version))
  packed.set(version, { ...one, tarball: Buffer.from(await answer.arrayBuffer()), readme })
}

const pathOf = (version: string) => `/${name}/-/purged-${version}.tgz`

async function statusOf(path: string): Promise<number> {
  const answer = await alice.get(path)
  await answer.arrayBuffer()
  return answer.status
}

/** Every file of the box that has what was to go; what Postgres has of it is the index's, which is looked at by itself. */
function bytesOf(version: string): Promise<string[]> {
  const { tarball, readme } = packed.get(version) ?? { tarball: Buffer.of(), readme: '' }
  return filesWith(box.dataDir, [tarball, Buffer.from(readme)], { except: 'postgres' })
}

async function isGone(version: string): Promise<void> {
  for (const path of [pathOf(version), `/${org}${pathOf(version)}`]) {
    await expect.poll(() => statusOf(path), { timeout: 30_000 }).toBe(451)
  }
  await expect.poll(() => bytesOf(version), { timeout: 60_000 }).toEqual([])
}

describe('kill -9 of one part at any moment of a purge', () => {
  it('is as when nothing happens: gone, within seconds', () => isGone('0.0.1'))

  it.each(kills)('$part: $version is purged all the same, everywhere', async ({ part, version, moment }) => {
    expect(await bytesOf(version)).not.toEqual([])
    const purging = purgePatiently(dan, { name, version, reason })
    // Whatever becomes of it is looked at below.
    purging.catch(() => {})
    await pause(moment * undisturbedMs)
    await box.signal(part, 'SIGKILL')
    await purging
    await everythingIsUp(box)
    await isGone(version)
  })

  it('leaves exactly one record of each purge, in the repository and in the ledger', async () => {
    const insides = await BoxInsides.of(box.dataDir)
    const { $nsid } = app.npm.package.purge
    const records = (await insides.repository(org)).filter(({ collection }) => collection === $nsid)
    const purged = ['0.0.1', ...kills.map(({ version }) => version)]
    expect(records.map(({ rkey }) => rkey).sort()).toEqual(purged.map((version) => versionKey(name, version)).sort())
    const counted = await insides.said($nsid)
    const inOrder = (list: readonly { rkey: string; cid: string }[]) => list.map(({ rkey, cid }) => `${rkey} ${cid}`)
    expect(inOrder(counted).sort()).toEqual(inOrder(records).sort())
  })

  it('leaves the other version as it was, and nobody gets the numbers back', async () => {
    expect(await statusOf(pathOf('9.0.0'))).toBe(200)
    for (const { version } of kills) {
      const again = await packVersion({ name, version, files: { 'other.js': '1' } })
      expect((await alice.put(again)).status).toBe(451)
    }
  })

  it('comes to the same in an index that is made anew', async () => {
    const { exitCode, stdout } = await box.atoll(['appview', 'rebuild', '--json'])
    const { index, ledger, swapped } = JSON.parse(stdout) as RebuildOutcome
    const differing = [...index, ...ledger].filter(({ examples }) => examples.length > 0)
    expect({ differing, swapped, exitCode }).toEqual({ differing: [], swapped: true, exitCode: 0 })
    for (const { version } of kills) await isGone(version)
  })
})
