import { join } from 'node:path'
import { Readable } from 'node:stream'
import type { ExportableKeypair } from '@atproto/crypto'
import type { LexMap } from '@atproto/lex-data'
import { type PDS, repoPrepare } from '@atproto/pds'
import { DiskBlobStore } from '#pds/host/blobs/index.ts'
import { embedPds } from '#pds/host/embed/index.ts'
import type { PdsHostConfig } from '#pds/host/index.ts'

type Did = `did:plc:${string}`
type Nsid = `${string}.${string}.${string}`

export interface IntruderWrite {
  action: 'create' | 'update' | 'delete'
  collection: string
  rkey: string
  record?: LexMap
}

/**
 * Somebody who broke into a PDS and runs a program of their own over its files and keys: one that has no gate and knows
 * neither lexicons nor roles. The PDS itself goes on, and tells its firehose what it finds.
 */
export class Intruder implements AsyncDisposable {
  readonly #pds: PDS

  private constructor(pds: PDS) {
    this.#pds = pds
  }

  /** @param endpoint of the PDS broken into */
  static async breaksInto(config: PdsHostConfig, endpoint: string): Promise<Intruder> {
    const settings = { ...config, directoryUrl: config.network.peers.directory.url }
    return new Intruder(await embedPds(settings, endpoint, await DiskBlobStore.open(join(config.dataDir, 'blobs'))))
  }

  /** One commit, in the firehose within a second. */
  async writes(did: string, writes: IntruderWrite[]): Promise<void> {
    const { actorStore, sequencer, accountManager } = this.#pds.ctx
    const prepared = await Promise.all(writes.map((write) => prepare(did, write)))
    const commit = await actorStore.transact(did as Did, ({ repo }) => repo.processWrites(prepared))
    await sequencer.sequenceCommit(did as Did, commit)
    await accountManager.updateRepoRoot(did as Did, commit.cid, commit.rev)
  }

  /** Puts bytes where a record of the account can refer to them. */
  async stores(did: string, bytes: Uint8Array, mimeType: string): Promise<void> {
    await this.#pds.ctx.actorStore.transact(did as Did, async ({ repo }) => {
      const blob = await repo.blob.uploadBlobAndGetMetadata(Readable.from([bytes]), 'application/octet-stream')
      // The PDS guesses a type from the bytes; ours is the record's.
      await repo.blob.trackUntetheredBlob({ ...blob, mimeType })
    })
  }

  /** Begins a repository here for an account that lives elsewhere, or nowhere, and tells the firehose of it. */
  async adopts(did: string, keypair: ExportableKeypair): Promise<void> {
    const { actorStore, sequencer } = this.#pds.ctx
    await actorStore.create(did, keypair)
    const commit = await actorStore.transact(did as Did, ({ repo }) => repo.createRepo([]))
    await sequencer.sequenceCommit(did as Did, commit)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#pds.destroy()
  }
}

function prepare(did: string, { action, collection, rkey, record = {} }: IntruderWrite) {
  const place = { did: did as Did, collection: collection as Nsid, rkey }
  if (action === 'delete') return repoPrepare.prepareDelete(place)
  const options = { ...place, record, validate: false } as Parameters<typeof repoPrepare.prepareUpdate>[0]
  return action === 'create' ? repoPrepare.prepareCreate(options) : repoPrepare.prepareUpdate(options)
}
