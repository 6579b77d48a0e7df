import type { Readable } from 'node:stream'
import type { Keypair } from '@atproto/crypto'
import type { Operation } from '@did-plc/lib'
import type { Kysely, Migration } from '#common/db/index.ts'
import { AtollError } from '#common/errors/index.ts'
import { IdentityResolver } from '#common/identity/index.ts'
import { createLogger, type Logger } from '#common/log/index.ts'
import { Tally } from '#common/metrics/index.ts'
import { Monitoring } from '#common/monitoring/index.ts'
import type { JtiStore, PeerAuth } from '#common/service-auth/index.ts'
import { listen, type Server } from '#common/xrpc/index.ts'
import { type Account, accountOf, isActive, listAccounts, setActive } from './accounts.ts'
import { assemble, type HostParts } from './assemble.ts'
import { receiveUpload, type Upload } from './blobs/index.ts'
import type { PdsHostConfig } from './config.ts'
import type { HostTables } from './database.ts'
import type { Approval, BlobFile, PdsRole, RecordWrite, WrittenRecord } from './gate-writes/index.ts'
import { measureHost } from './measure-host.ts'
import { type OpenBlob, openBlob } from './open-blob.ts'
import { uploadsIn } from './open-repositories.ts'
import type { AccountRequest, KnownAccountRequest, PublicFace } from './provision/index.ts'
import { type FoundRecord, findCids, findRecord, listRecords, type StoredRecord } from './read-records.ts'

export interface PdsHostOptions<Tables> {
  config: PdsHostConfig
  role: PdsRole
  /** The role's own tables. Their names begin at `100_…`, so that those of the host come first. */
  migrations?: Record<string, Migration>
  /** Mounts the role's own routes; called before the server listens. */
  extend?: (host: PdsHost<Tables>) => void | Promise<void>
}

/**
 * An embedded PDS made strict: repositories are written by `write` and nothing else, read with a service token only, and
 * accounts come to be by `provision` only. Each role builds on one.
 */
export class PdsHost<Tables = unknown> implements AsyncDisposable {
  readonly config: PdsHostConfig
  readonly log: Logger
  /** The role's own tables, and the host's. */
  readonly db: Kysely<Tables & HostTables>
  /** Proves this PDS to the other components, and them to it. */
  readonly auth: PeerAuth
  /** Remembers the tokens that were used here. */
  readonly jtis: JtiStore
  readonly identities: IdentityResolver
  readonly server: Server
  /** The role measures what is its own. */
  readonly monitoring: Monitoring
  readonly #writes = new Tally<'collection' | 'outcome'>()
  readonly #parts: HostParts<Tables>
  #url = ''
  #opened = new AsyncDisposableStack()

  static async start<Tables = unknown>(options: PdsHostOptions<Tables>): Promise<PdsHost<Tables>> {
    const { config, role, migrations = {}, extend } = options
    const log = createLogger(`${role}-pds`, config.logLevel)
    await using opening = new AsyncDisposableStack()
    const monitoring = opening.use(new Monitoring({ component: role, config }))
    const parts = await assemble<Tables>({ config, role, migrations, log, monitoring }, opening)
    const host = new PdsHost<Tables>(config, log, { ...parts, monitoring })
    await extend?.(host)
    host.#url = await listen(host.server, config.listen)
    host.#opened = opening.move()
    log.info({ url: host.#url }, 'ready')
    return host
  }

  private constructor(config: PdsHostConfig, log: Logger, parts: HostParts<Tables> & { monitoring: Monitoring }) {
    this.config = config
    this.log = log
    this.identities = new IdentityResolver(config.network)
    this.db = parts.db
    this.jtis = parts.jtis
    this.auth = parts.auth
    this.server = parts.server
    this.monitoring = parts.monitoring
    measureHost(parts.monitoring.metrics, parts, this.#writes)
    this.#parts = parts
  }

  /** Where it listens; DID documents name `network.peers.<role>.url` instead. */
  get url(): string {
    return this.#url
  }

  /**
   * Makes an account. Repeating the request gives the same account, and finishes what a crash interrupted.
   * @throws HandleTaken when the handle belongs or ever belonged to another owner; DirectoryUnavailable
   */
  provision(request: AccountRequest | KnownAccountRequest): Promise<{ did: string; handle: string }> {
    return this.#parts.provisioner.provision(request)
  }

  /**
   * Writes records in one commit, which is in the firehose when this returns. What is there already is left as it is.
   * Many records: one page of `splitWrites` at a time.
   * @param blobs files the records refer to; on the data folder's file system (`receiveUpload`), and the host's from now on
   * @throws InvalidRequest for a record that does not fit its lexicon or this role; RecordExists; AccountDisabled
   */
  async write(
    did: string,
    writes: readonly RecordWrite[],
    approval: Approval,
    blobs: readonly BlobFile[] = [],
  ): Promise<WrittenRecord[]> {
    try {
      if (!(await isActive(this.#parts.pds.ctx, did))) throw new AtollError('AccountDisabled', { did })
      const written = await this.#parts.writer.write(did, writes, approval, blobs)
      this.#count(writes, 'written')
      return written
    } catch (error) {
      this.#count(writes, error instanceof AtollError ? error.code : 'InternalError')
      throw error
    }
  }

  /** Streams a body to a file in the data folder. @throws PayloadTooLarge */
  receiveUpload(body: Readable, limitBytes: number): Promise<Upload> {
    return receiveUpload(body, { folder: uploadsIn(this.config), limitBytes })
  }

  /** @returns undefined when there is no such record, or no such repository here */
  findRecord(did: string, collection: string, rkey: string): Promise<FoundRecord | undefined> {
    return findRecord(this.#parts.pds.ctx, did, collection, rkey)
  }

  /** Which of many records are there, without reading them. @returns rkey → CID */
  findCids(did: string, collection: string, rkeys: readonly string[]): Promise<Map<string, string>> {
    return findCids(this.#parts.pds.ctx, did, collection, rkeys)
  }

  /** A page of a collection in the order of record keys. @param page.after the last key of the page before */
  listRecords(
    did: string,
    collection: string,
    page: { limit: number; after?: string | undefined },
  ): Promise<StoredRecord[]> {
    return listRecords(this.#parts.pds.ctx, did, collection, page)
  }

  /** The key that signs in the name of an account hosted here. */
  signerFor(did: string): Promise<Keypair> {
    return this.#parts.pds.ctx.actorStore.keypair(did)
  }

  /**
   * The operations that begin the public log of an account hosted here. The key of its genesis signs nothing else for anybody: no marker,
   * no service but one PDS, and no host or key of the inside.
   * @throws InvalidOperation; RepoNotFound
   */
  signPublicFace(did: string, face: PublicFace): Promise<[genesis: Operation, identity: Operation]> {
    const { org, people } = this.config.network.hosts
    return this.#parts.provisioner.signPublicFace(did, face, [...org, ...people])
  }

  /**
   * The bytes of a blob that a record here refers to, held to their CID.
   * @returns undefined when there is none, or it was purged
   */
  openBlob(did: string, cid: string): Promise<OpenBlob | undefined> {
    return openBlob(this.#parts.pds.ctx, did, cid)
  }

  /** @param handleOrDid of an account hosted here @returns undefined when there is none, or it is taken down */
  accountOf(handleOrDid: string): Promise<Account | undefined> {
    return accountOf(this.#parts.pds.ctx, handleOrDid)
  }

  /** A page of the accounts in the order of their DIDs. @param page.after the last DID of the page before */
  listAccounts(page: { limit: number; after?: string | undefined }): Promise<Account[]> {
    return listAccounts(this.#parts.pds.ctx, page)
  }

  /**
   * Freezes a repository, or thaws it: `#account` says so in the firehose. What is in it can still be read and proven.
   * Doing it again changes nothing.
   */
  setActive(did: string, active: boolean): Promise<void> {
    return setActive(this.#parts.pds.ctx, did, active)
  }

  #count(writes: readonly RecordWrite[], outcome: string): void {
    for (const { collection } of writes) this.#writes.count({ collection, outcome })
  }

  /** Stops listening, ends the firehose, and closes the repositories and the database. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#opened.disposeAsync()
  }
}
