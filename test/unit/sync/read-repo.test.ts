import { beforeEach, expect, it } from 'vitest'
import { type KnownRepo, readRepo, verifySync } from '#common/sync/index.ts'
import { RepoAuthor, received } from '#test/support/repo-author.ts'

const did = 'did:plc:aaaaaaaaaaaaaaaaaaaaaaaa'
const path = (n: number) => `app.example.note/${String(n).padStart(3, '0')}`

let alice: RepoAuthor
let known: KnownRepo

beforeEach(async () => {
  alice = await RepoAuthor.create(did)
  await alice.writes(Array.from({ length: 120 }, (_, n) => ({ action: 'create', path: path(n), record: { n } })))
  known = { did, signingKey: alice.signingKey, previous: undefined, now: Date.now() }
})

const violation = (reason: string) => expect.objectContaining({ reason })

it('reads every record of a repository, in order', async () => {
  const repo = readRepo(await alice.car(), known)
  expect(repo).toMatchObject({ did, ...alice.state })
  expect(repo.records.map((record) => `${record.collection}/${record.rkey}`)).toEqual(
    Array.from({ length: 120 }, (_, n) => path(n)),
  )
})

it('refuses a repository signed with another key, of another account, or from which a block is missing', async () => {
  const mallory = await RepoAuthor.create(did)
  const car = await alice.car()
  expect(() => readRepo(car, { ...known, signingKey: mallory.signingKey })).toThrow(violation('bad-signature'))
  const other = { ...known, did: 'did:plc:bbbbbbbbbbbbbbbbbbbbbbbb' }
  expect(() => readRepo(car, other)).toThrow(violation('envelope-mismatch'))
  const cut = await alice.car().then((bytes) => bytes.subarray(0, bytes.length - 1000))
  expect(() => readRepo(cut, known)).toThrow()
})

it('refuses to be rolled back', async () => {
  const old = await alice.car()
  await alice.creates(path(500))
  expect(() => readRepo(old, { ...known, previous: alice.state })).toThrow(violation('stale-rev'))
})

it('accepts a #sync that is signed and not older, and the same state once more', async () => {
  const event = received('#sync', await alice.syncs())
  expect(verifySync(event, known)).toMatchObject({ did, ...alice.state })
  expect(verifySync(event, { ...known, previous: alice.state })).toMatchObject(alice.state)
  await alice.creates(path(500))
  expect(() => verifySync(event, { ...known, previous: alice.state })).toThrow(violation('stale-rev'))
})

it('refuses a #sync that is forged, too large, or about somebody else', async () => {
  const body = await alice.syncs()
  const mallory = await RepoAuthor.create(did)
  const event = received('#sync', body)
  expect(() => verifySync(event, { ...known, signingKey: mallory.signingKey })).toThrow(violation('bad-signature'))
  const large = received('#sync', { ...body, blocks: Buffer.alloc(10_001) })
  expect(() => verifySync(large, known)).toThrow(violation('blocks-too-large'))
  const other = received('#sync', { ...body, did: 'did:plc:bbbbbbbbbbbbbbbbbbbbbbbb' })
  expect(() => verifySync(other, known)).toThrow(violation('envelope-mismatch'))
})
