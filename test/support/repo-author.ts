import { buffer } from 'node:stream/consumers'
import { Secp256k1Keypair } from '@atproto/crypto'
import type { Cid, LexMap } from '@atproto/lex-data'
import {
  BlockMap,
  blocksToCarFile,
  type CommitData,
  getFullRepo,
  getRecords,
  MemoryBlockstore,
  type RecordWriteOp,
  Repo,
  WriteOpAction,
} from '@atproto/repo'
import { type CommitEvent, decodeFrame, encodeFrame, type SyncEvent } from '#common/sync/index.ts'

export interface Write {
  action: 'create' | 'update' | 'delete'
  /** `<collection>/<rkey>` */
  path: string
  record?: LexMap
}

/** The body of a firehose event, without `seq` and `time`. CIDs are `{$link}`. */
export type EventBody = Record<string, unknown>

/** Somebody with a real signed repository, made with the reference implementation: what an honest PDS would send. */
export class RepoAuthor {
  readonly did: string
  readonly keypair: Secp256k1Keypair
  readonly #storage: MemoryBlockstore
  readonly #firstCommit: CommitData
  #repo: Repo

  private constructor(keypair: Secp256k1Keypair, storage: MemoryBlockstore, repo: Repo, firstCommit: CommitData) {
    this.did = repo.did
    this.keypair = keypair
    this.#storage = storage
    this.#repo = repo
    this.#firstCommit = firstCommit
  }

  /** @param keypair the account's key; a new one when left out */
  static async create(did: string, keypair?: Secp256k1Keypair): Promise<RepoAuthor> {
    const key = keypair ?? (await Secp256k1Keypair.create({ exportable: true }))
    const storage = new MemoryBlockstore()
    const commit = await Repo.formatInitCommit(storage, did as `did:plc:${string}`, key)
    return new RepoAuthor(key, storage, await Repo.createFromCommit(storage, commit), commit)
  }

  /** The same account with the same repository, which from here on writes for itself. */
  async copy(): Promise<RepoAuthor> {
    const storage = new MemoryBlockstore(new BlockMap(this.#storage.blocks))
    return new RepoAuthor(this.keypair, storage, await Repo.load(storage, this.#repo.cid), this.#firstCommit)
  }

  get signingKey(): string {
    return this.keypair.did()
  }

  get state(): { rev: string; data: string } {
    return { rev: this.#repo.commit.rev, data: this.#repo.commit.data.toString() }
  }

  /** The event an empty repository begins with. */
  async begins(): Promise<EventBody> {
    return commitBody(this.did, this.#firstCommit, [], undefined)
  }

  /** Writes, and returns the `#commit` event an honest PDS sends. @param signer another key, for forgeries */
  async writes(writes: Write[], signer: Secp256k1Keypair = this.keypair): Promise<EventBody> {
    const before = this.#repo
    const commit = await before.formatCommit(writes.map(toRepoWrite), signer)
    this.#repo = await before.applyCommit(commit)
    const ops = await Promise.all(
      writes.map(async ({ action, path }) => {
        const [cid, prev] = await Promise.all([this.#repo.data.get(path), before.data.get(path)])
        return { action, path, cid: link(cid), ...(prev === null ? {} : { prev: link(prev) }) }
      }),
    )
    return commitBody(this.did, commit, ops, before.commit.data)
  }

  creates(path: string, record: LexMap = { text: path }): Promise<EventBody> {
    return this.writes([{ action: 'create', path, record }])
  }

  /** The `#sync` event of the current state. */
  async syncs(): Promise<EventBody> {
    const { cid } = this.#repo
    const { blocks: commitBlock } = await this.#storage.getBlocks([cid])
    const blocks = await blocksToCarFile(cid, commitBlock)
    return { did: this.did, rev: this.#repo.commit.rev, blocks }
  }

  /** What `getRepo` answers. */
  async car(): Promise<Uint8Array> {
    return buffer(getFullRepo(this.#storage, this.#repo.cid))
  }

  /** What `com.atproto.sync.getRecord` answers: the proof that a record is there, or is not. */
  async proves(collection: string, rkey: string): Promise<Uint8Array> {
    const path = { collection: collection as `${string}.${string}.${string}`, rkey }
    return buffer(getRecords(this.#storage, this.#repo.cid, [path]))
  }
}

/** The event as somebody who reads it from a firehose has it. */
export function received(type: '#commit', body: EventBody): CommitEvent
export function received(type: '#sync', body: EventBody): SyncEvent
export function received(type: string, body: EventBody): unknown {
  const frame = decodeFrame(encodeFrame(type, { seq: 1, time: new Date().toISOString(), ...body }))
  return 'event' in frame ? frame.event : undefined
}

function toRepoWrite({ action, path, record = {} }: Write): RecordWriteOp {
  const [collection, rkey] = path.split('/') as [`${string}.${string}.${string}`, string]
  if (action === 'delete') return { action: WriteOpAction.Delete, collection, rkey }
  return { action: action === 'create' ? WriteOpAction.Create : WriteOpAction.Update, collection, rkey, record }
}

async function commitBody(did: string, commit: CommitData, ops: object[], prevData?: Cid): Promise<EventBody> {
  return {
    repo: did,
    commit: link(commit.cid),
    rev: commit.rev,
    since: commit.since,
    blocks: await blocksToCarFile(commit.cid, new BlockMap([...commit.newBlocks, ...commit.relevantBlocks])),
    ops,
    ...(prevData === undefined ? {} : { prevData: link(prevData) }),
    rebase: false,
    tooBig: false,
    blobs: [],
  }
}

function link(cid: Cid | null): { $link: string } | null {
  return cid === null ? null : { $link: cid.toString() }
}
