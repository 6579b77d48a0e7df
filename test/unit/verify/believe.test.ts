import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import {
  type Anchors,
  believeRights,
  believeUnshown,
  type Outcome,
  readAnchors,
  renewAnchors,
} from '#appliance/verify/index.ts'

const did = (letter: string) => `did:plc:${letter.repeat(24)}`
const anchors: Anchors = {
  version: 1,
  registry: 'http://localhost:4873',
  registryDid: did('r'),
  marker: 'a-marker',
  hosts: { org: ['http://org.test'], people: ['http://people.test'] },
  orgs: [{ did: did('o'), handle: 'acme.test' }],
}
const pinned = (version: string) => ({
  package: '@acme.test/ui',
  version,
  record: `bafy${version}`,
  attestedBy: did('p'),
})
const locked = { name: '@acme.test/ui', version: '2.0.0', integrity: undefined, tarball: undefined, line: 7 }
const unshown: Outcome = {
  ...{ locked, state: 'failed', believable: pinned('2.0.0') },
  findings: [
    { rule: 'entitlement-unshown', reason: 'a group' },
    { rule: 'no-integrity', reason: 'none' },
  ],
}
const wrong: Outcome = { locked, state: 'failed', findings: [{ rule: 'not-entitled', reason: 'not shown to manage' }] }

let folder: string
let file: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'atoll-believe-'))
  file = join(folder, 'atoll-anchors.json')
})
afterAll(() => rm(folder, { recursive: true, force: true }))

it('pins what nothing shows, beside what is pinned already, and nothing that is wrong', async () => {
  const before = { ...anchors, believed: [pinned('1.0.0')] }
  const [now, still] = await believeUnshown([unshown, wrong, unshown], before, file)
  expect(now).toMatchObject({
    state: 'believed',
    findings: [{ rule: 'entitlement-believed' }, { rule: 'no-integrity' }],
  })
  expect(still).toEqual(wrong)
  expect(await readAnchors(file)).toEqual({ ...anchors, believed: [pinned('1.0.0'), pinned('2.0.0')] })
})

it('writes nothing when there is nothing to believe', async () => {
  const other = join(folder, 'untouched.json')
  expect(await believeUnshown([wrong], anchors, other)).toEqual([wrong])
  await expect(readFile(other)).rejects.toMatchObject({ code: 'ENOENT' })
})

it('is kept when the anchors of the same registry are written anew, and of no other', () => {
  const before = { ...anchors, believed: [pinned('1.0.0')] }
  const now = { ...anchors, orgs: [] }
  expect(renewAnchors(before, now)).toEqual({ ...now, believed: before.believed })
  expect(renewAnchors(before, { ...now, registryDid: did('z') })).not.toHaveProperty('believed')
  expect(renewAnchors(undefined, now)).toEqual(now)
})

it('keeps for which organisations somebody decided it, and decides nothing for one that is new', () => {
  const before = believeRights(anchors)
  expect(before.orgs).toEqual([{ did: did('o'), handle: 'acme.test', rights: 'believed' }])
  const added = { did: did('n'), handle: 'new.test' }
  expect(renewAnchors(before, { ...anchors, orgs: [...anchors.orgs, added] }).orgs).toEqual([...before.orgs, added])
})
