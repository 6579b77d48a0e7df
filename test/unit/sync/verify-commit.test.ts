import { Secp256k1Keypair } from '@atproto/crypto'
import { encode } from '@atproto/lex-cbor'
import { BlockMap, blocksToCarFile, readCarWithRoot } from '@atproto/repo'
import { beforeEach, describe, expect, it } from 'vitest'
import {
  type CommitEvent,
  type KnownRepo,
  SyncViolation,
  type ViolationReason,
  verifyCommit,
} from '#common/sync/index.ts'
import { heightOfKey } from '#common/sync/mst/height.ts'
import { type EventBody, RepoAuthor, received } from '#test/support/repo-author.ts'

const did = 'did:plc:aaaaaaaaaaaaaaaaaaaaaaaa'
const collection = 'app.example.note'

let alice: RepoAuthor
let known: KnownRepo

beforeEach(async () => {
  alice = await RepoAuthor.create(did)
  await alice.writes([1, 2, 3].map((n) => ({ action: 'create', path: `${collection}/${n}`, record: { n } })))
  known = { did, signingKey: alice.signingKey, previous: alice.state, now: Date.now() }
})

function reasonFor(body: EventBody, repo: KnownRepo = known): ViolationReason | 'accepted' {
  return reasonForEvent(received('#commit', body), repo)
}

function reasonForEvent(event: CommitEvent, repo: KnownRepo = known): ViolationReason | 'accepted' {
  try {
    verifyCommit(event, repo)
    return 'accepted'
  } catch (error) {
    if (error instanceof SyncViolation) return error.reason
    throw error
  }
}

describe('an honest commit', () => {
  it('says what changed, with the bytes of the new records', async () => {
    const body = await alice.writes([
      { action: 'create', path: `${collection}/new`, record: { text: 'new' } },
      { action: 'update', path: `${collection}/2`, record: { text: 'changed' } },
      { action: 'delete', path: `${collection}/1` },
    ])
    const verified = verifyCommit(received('#commit', body), known)
    expect(verified).toMatchObject({ did, ...alice.state, since: known.previous?.rev })
    expect(verified.ops.map((op) => [op.action, op.collection, op.rkey])).toEqual([
      ['create', collection, 'new'],
      ['update', collection, '2'],
      ['delete', collection, '1'],
    ])
    expect(verified.ops.map((op) => op.record && Buffer.from(op.record))).toEqual([
      Buffer.from(encode({ text: 'new' })),
      Buffer.from(encode({ text: 'changed' })),
      undefined,
    ])
    expect(verified.ops.map((op) => [op.cid === null, op.prev === null])).toEqual([
      [false, true],
      [false, false],
      [true, false],
    ])
  })

  it('may be the first of a repository', async () => {
    const bob = await RepoAuthor.create('did:plc:bbbbbbbbbbbbbbbbbbbbbbbb')
    const repo = { ...known, did: bob.did, signingKey: bob.signingKey, previous: undefined }
    const first = verifyCommit(received('#commit', await bob.begins()), repo)
    expect(first).toMatchObject({ ...bob.state, ops: [] })
    expect(reasonFor(await bob.creates(`${collection}/1`), { ...repo, previous: first })).toBe('accepted')
  })

  it('is followed by the next, for as long as one likes', async () => {
    let previous = known.previous
    for (let n = 10; n < 60; n += 1) {
      const event = received('#commit', await alice.creates(`${collection}/${n * 7919}`))
      previous = verifyCommit(event, { ...known, previous })
    }
    expect(previous).toMatchObject(alice.state)
  })

  it('may have records on any two layers of the tree, however far apart', async () => {
    const bob = await RepoAuthor.create('did:plc:bbbbbbbbbbbbbbbbbbbbbbbb')
    const layers = [0, 1, 2, 3, 4, 5].map((height) => pathOfHeight(height))
    let previous = verifyFirst(bob, await bob.begins())
    const follow = (body: EventBody) => {
      const repo = { ...known, did: bob.did, signingKey: bob.signingKey, previous }
      previous = verifyCommit(received('#commit', body), repo)
    }
    for (const low of layers) {
      follow(await bob.creates(low))
      for (const high of layers.filter((path) => path !== low)) {
        follow(await bob.creates(high))
        follow(await bob.writes([{ action: 'update', path: high, record: { text: 'changed' } }]))
        follow(await bob.writes([{ action: 'delete', path: high }]))
      }
      follow(await bob.writes([{ action: 'delete', path: low }]))
    }
    follow(await bob.writes(layers.map((path) => ({ action: 'create', path, record: {} }))))
    expect(previous).toMatchObject(bob.state)
  })
})

function verifyFirst({ did, signingKey }: RepoAuthor, body: EventBody) {
  return verifyCommit(received('#commit', body), { ...known, did, signingKey, previous: undefined })
}

/** A record whose key belongs on this layer. */
function pathOfHeight(height: number): string {
  for (let n = 0; ; n += 1) if (heightOfKey(`${collection}/${n}`) === height) return `${collection}/${n}`
}

describe('a commit is refused', () => {
  it('that is replayed, or older than what is known', async () => {
    const body = await alice.creates(`${collection}/a`)
    expect(reasonFor(body, { ...known, previous: alice.state })).toBe('stale-rev')
    await alice.creates(`${collection}/b`)
    expect(reasonFor(body, { ...known, previous: alice.state })).toBe('stale-rev')
  })

  it('that is signed with another key', async () => {
    const mallory = await Secp256k1Keypair.create()
    expect(reasonFor(await alice.writes([{ action: 'create', path: `${collection}/a` }], mallory))).toBe(
      'bad-signature',
    )
  })

  it('whose signature is the malleable twin of a good one', async () => {
    const body = await alice.creates(`${collection}/a`)
    const event = await rewriteCommit(body, (commit) => ({ ...commit, sig: highS(commit['sig'] as Uint8Array) }))
    expect(reasonForEvent(event)).toBe('bad-signature')
  })

  it('that leaves out an operation', async () => {
    const body = await alice.writes([
      { action: 'create', path: `${collection}/a` },
      { action: 'create', path: `${collection}/b` },
    ])
    expect(reasonFor({ ...body, ops: (body['ops'] as object[]).slice(1) })).toBe('ops-mismatch')
  })

  it('that lists an operation it does not make', async () => {
    const body = await alice.creates(`${collection}/a`)
    const [op] = body['ops'] as object[]
    const invented = { ...op, path: `${collection}/invented` }
    expect(['ops-mismatch', 'missing-block']).toContain(reasonFor({ ...body, ops: [op, invented] }))
  })

  it('that names another record than the tree holds', async () => {
    const body = await alice.creates(`${collection}/a`)
    const [op] = body['ops'] as object[]
    expect(reasonFor({ ...body, ops: [{ ...op, cid: body['commit'] }] })).toBe('ops-mismatch')
  })

  it('that hides a deletion behind a wrong prev', async () => {
    const body = await alice.writes([{ action: 'update', path: `${collection}/1`, record: { n: 9 } }])
    const [op] = body['ops'] as object[]
    expect(reasonFor({ ...body, ops: [{ ...op, prev: body['commit'] }] })).toBe('ops-mismatch')
  })

  it('whose revision lies more than five minutes ahead of our clock', async () => {
    const body = await alice.creates(`${collection}/a`)
    expect(reasonFor(body, { ...known, now: Date.now() - 6 * 60_000 })).toBe('future-rev')
    expect(reasonFor(body, { ...known, now: Date.now() - 4 * 60_000 })).toBe('accepted')
  })

  it('of another account, although the same key signs for both', async () => {
    const twin = await RepoAuthor.create('did:plc:bbbbbbbbbbbbbbbbbbbbbbbb', alice.keypair)
    const body = await twin.creates(`${collection}/a`)
    expect(reasonFor({ ...body, repo: did })).toBe('envelope-mismatch')
    expect(reasonFor(body)).toBe('envelope-mismatch')
  })

  it('whose envelope disagrees with the signed commit', async () => {
    const body = await alice.creates(`${collection}/a`)
    const later = (await alice.creates(`${collection}/b`))['rev']
    expect(reasonFor({ ...body, rev: later })).toBe('envelope-mismatch')
    expect(reasonFor({ ...body, commit: body['prevData'] })).toBe('envelope-mismatch')
  })

  it('without prevData', async () => {
    const { prevData: _, ...body } = await alice.creates(`${collection}/a`)
    expect(reasonFor(body)).toBe('missing-prev-data')
  })

  it('that pretends to be a first commit but is not', async () => {
    const { prevData: _, ...body } = await alice.creates(`${collection}/a`)
    expect(['ops-mismatch', 'missing-block']).toContain(reasonFor(body, { ...known, previous: undefined }))
  })

  it('with blocks that are not what their CIDs say', async () => {
    const body = await alice.creates(`${collection}/a`)
    const blocks = Buffer.from(body['blocks'] as Uint8Array)
    blocks[blocks.length - 1] = (blocks.at(-1) ?? 0) ^ 1
    expect(reasonFor({ ...body, blocks })).toBe('malformed-car')
  })

  it('without the new record, or without the tree', async () => {
    const body = await alice.creates(`${collection}/a`, { text: 'a' })
    const [op] = body['ops'] as { cid: { $link: string } }[]
    const { root, blocks } = await readCarWithRoot(body['blocks'] as Uint8Array)
    const without = (cid?: string) =>
      blocksToCarFile(root, new BlockMap([...blocks].filter(([each]) => each.toString() !== cid)))
    expect(reasonFor({ ...body, blocks: await without(op?.cid.$link) })).toBe('missing-block')
    expect(reasonFor({ ...body, blocks: await without(alice.state.data) })).toBe('missing-block')
  })

  it('of another version of the protocol', async () => {
    const event = await rewriteCommit(await alice.creates(`${collection}/a`), (commit) => ({ ...commit, version: 2 }))
    expect(reasonForEvent(event)).toBe('wrong-version')
  })

  it('that is too large to look at', async () => {
    const body = await alice.creates(`${collection}/a`)
    const [op] = body['ops'] as object[]
    expect(reasonFor({ ...body, blocks: Buffer.alloc(2_000_001) })).toBe('blocks-too-large')
    expect(reasonFor({ ...body, ops: new Array(201).fill(op) })).toBe('too-many-ops')
  })

  it.each([
    ['the same path twice', (op: object) => [op, op]],
    ['a path that is none', (op: object) => [{ ...op, path: 'no-collection' }]],
    ['a path with three parts', (op: object) => [{ ...op, path: `${collection}/a/b` }]],
    ['a creation that replaces something', (op: { cid?: object }) => [{ ...op, prev: op.cid }]],
    ['an update of nothing', (op: object) => [{ ...op, action: 'update' }]],
    ['a deletion that writes', (op: object) => [{ ...op, action: 'delete' }]],
  ])('with %s', async (_, change) => {
    const body = await alice.creates(`${collection}/a`)
    const [op = {}] = body['ops'] as object[]
    expect(reasonFor({ ...body, ops: change(op) })).toBe('malformed-ops')
  })
})

it('tells a gap from a violation, but only for commits that are signed', async () => {
  await alice.creates(`${collection}/missed`)
  expect(reasonFor(await alice.creates(`${collection}/a`))).toBe('gap')
  expect(reasonFor(await alice.creates(`${collection}/b`), { ...known, previous: undefined })).toBe('gap')
  const mallory = await Secp256k1Keypair.create()
  const forged = await alice.writes([{ action: 'create', path: `${collection}/c` }], mallory)
  expect(reasonFor(forged)).toBe('bad-signature')
})

type CommitObject = Record<string, unknown>

/** The event with its commit block replaced, and everything that points at that block adjusted. */
async function rewriteCommit(body: EventBody, change: (commit: CommitObject) => CommitObject): Promise<CommitEvent> {
  const { decode } = await import('@atproto/lex-cbor')
  const { root, blocks } = await readCarWithRoot(body['blocks'] as Uint8Array)
  const commit = change(decode(blocks.get(root) ?? new Uint8Array()) as CommitObject)
  const changed = new BlockMap([...blocks].filter(([cid]) => !cid.equals(root)))
  const cid = await changed.add(commit as never)
  return received('#commit', {
    ...body,
    commit: { $link: cid.toString() },
    blocks: await blocksToCarFile(cid, changed),
  })
}

/** r, and n - s: verifies with every library that does not look. */
function highS(signature: Uint8Array): Uint8Array {
  const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n
  const s = BigInt(`0x${Buffer.from(signature.subarray(32)).toString('hex')}`)
  const twin = Buffer.from((order - s).toString(16).padStart(64, '0'), 'hex')
  return Buffer.concat([signature.subarray(0, 32), twin])
}
