import { atprotoClient } from '#lexicons'
import { Directory } from '#pds/directory/index.ts'
import { type OpenRelayConfig, Relay, relayConfigSchema } from '#relay/index.ts'
import type { PackageSource } from '../package-folder.ts'
import { type ForeignAccount, ForeignPds } from './foreign-pds.ts'
import { NameServer } from './name-server.ts'
import { openProcess } from './open-process.ts'
import type { PublicVersion } from './publications.ts'
import * as publications from './publications.ts'
import { RepoWriter, type Written } from './repo-writer.ts'

export interface PublicNetworkOptions {
  /** Accounts alone, which have published nothing yet. */
  empty?: boolean
  /** Who attests is on a PDS of their own: on somebody's edge the two parties share no host. */
  twoHosts?: boolean
  /** Of the relay that differ. */
  relay?: object
  /** PEM of an authority that the relay trusts. */
  ca?: string
  /** Address the name server answers at, where it is asked by who shares no loopback with it. */
  nameServerHost?: string
}

/** @property bundle where it was built, as a Sigstore bundle */
type Content = Pick<PackageSource, 'files' | 'manifest'> & { bundle?: Uint8Array }

/**
 * The public network of tests, on loopback, shared with nobody: a directory, somebody else's PDS, a relay, and the name server of its handles.
 * `lib.test` publishes alone. What `duo.test` publishes, `ann.duo.test` attests.
 */
export class PublicNetwork implements AsyncDisposable {
  readonly directoryUrl: string
  readonly pds: ForeignPds
  /** Where `ann.duo.test` is. */
  readonly people: ForeignPds
  readonly names: NameServer
  readonly relayConfig: OpenRelayConfig
  readonly #accounts = new Map<string, ForeignAccount>()
  /** DID → its PDS. */
  readonly #homes = new Map<string, ForeignPds>()
  readonly #writers: ReadonlyMap<ForeignPds, RepoWriter>
  readonly #opened: AsyncDisposableStack
  #relay: Relay | undefined

  private constructor(
    parts: Pick<PublicNetwork, 'directoryUrl' | 'pds' | 'people' | 'names' | 'relayConfig'>,
    opened: AsyncDisposableStack,
  ) {
    this.directoryUrl = parts.directoryUrl
    this.pds = parts.pds
    this.people = parts.people
    this.names = parts.names
    this.relayConfig = parts.relayConfig
    this.#writers = new Map([parts.pds, parts.people].map((pds) => [pds, new RepoWriter(pds)]))
    this.#opened = opened
  }

  static async start({
    empty = false,
    twoHosts = false,
    relay = {},
    ca,
    nameServerHost,
  }: PublicNetworkOptions = {}): Promise<PublicNetwork> {
    await using opening = new AsyncDisposableStack()
    const forDirectory = opening.use(await openProcess('directory'))
    opening.use(await Directory.start({ ...forDirectory.config, open: true }))
    const directoryUrl = forDirectory.url
    const pds = opening.use(await ForeignPds.start(directoryUrl))
    const people = twoHosts ? opening.use(await ForeignPds.start(directoryUrl)) : pds
    const names = opening.use(await NameServer.start(nameServerHost))
    const forRelay = opening.use(await openProcess('relay'))
    const followed = {
      directoryUrl,
      hosts: [...new Set([pds.url, people.url])],
      requested: { private: true },
      ...(ca && { outbound: { ca: [ca] } }),
    }
    const config = relayConfigSchema.parse({ ...forRelay.config, open: true, public: followed, ...relay })
    const relayConfig = config as OpenRelayConfig
    const network = new PublicNetwork({ directoryUrl, pds, people, names, relayConfig }, opening.move())
    await network.startRelay()
    await network.#settle(empty)
    return network
  }

  get relayUrl(): string {
    return `http://localhost:${this.relayConfig.listen.port}`
  }

  /** @throws Error for a handle that nobody has */
  account(handle: string): ForeignAccount {
    const account = this.#accounts.get(handle)
    if (account === undefined) throw new Error(`${handle} is nobody's here`)
    return account
  }

  async createAccount(handle: string, pds = this.pds): Promise<ForeignAccount> {
    const account = await pds.createAccount(handle)
    this.#accounts.set(handle, account)
    this.#homes.set(account.did, pds)
    this.names.says(handle, account.did)
    return account
  }

  /** Publishes a version, and tags it `latest`; nobody attests it yet. */
  async publish(handle: string, name: string, version: string, content: Content = {}): Promise<PublicVersion> {
    const account = this.account(handle)
    const { bundle: _, ...packed } = content
    const { bytes, tarball } = await publications.packed({ name, version, ...packed })
    const records = publications.recordsOf(account.did, tarball, content.bundle)
    const writer = this.#writerOf(account)
    await writer.uploads(account, bytes, 'application/gzip')
    const { readme } = tarball
    if (readme !== undefined) await writer.uploads(account, readme.bytes, readme.mimeType)
    if (content.bundle !== undefined) await writer.uploads(account, content.bundle, publications.bundleType)
    await writer.puts(account, records.about)
    const { uri, cid } = await writer.creates(account, records.version)
    await writer.puts(account, records.tag)
    return { did: account.did, name, version, uri, cid, integrity: tarball.integrity, blob: tarball.blobCid }
  }

  attest(handle: string, version: PublicVersion): Promise<Written> {
    const account = this.account(handle)
    return this.#writerOf(account).creates(account, publications.attestation(version))
  }

  /** Who may attest for an organisation in public. @param handles of the publishers, or DIDs */
  listPublishers(handle: string, handles: readonly string[]): Promise<Written> {
    const publishers = handles.map((each) => (each.startsWith('did:') ? each : this.account(each).did))
    const account = this.account(handle)
    return this.#writerOf(account).puts(account, publications.publishersOf(publishers))
  }

  deprecate(handle: string, name: string, version: string, message = 'use another'): Promise<Written> {
    const account = this.account(handle)
    return this.#writerOf(account).puts(account, publications.deprecation(account.did, name, version, message))
  }

  retire(handle: string, name: string, version: string, reason = 'withdrawn'): Promise<Written> {
    const account = this.account(handle)
    return this.#writerOf(account).puts(account, publications.retirement(account.did, name, version, reason))
  }

  tag(handle: string, name: string, tag: string, version: string): Promise<Written> {
    const account = this.account(handle)
    return this.#writerOf(account).puts(account, publications.tagging(account.did, name, tag, version))
  }

  deleteRecord(handle: string, uri: string): Promise<void> {
    const account = this.account(handle)
    return this.#writerOf(account).deletes(account, uri)
  }

  /** Changes fields of a record in place, as nobody may change a version's. */
  changeRecord(handle: string, uri: string, change: Record<string, unknown>): Promise<Written> {
    const account = this.account(handle)
    return this.#writerOf(account).changes(account, uri, change)
  }

  /** Both the account and the name server say so; the former handle is nobody's. */
  async changeHandle(handle: string, next: string): Promise<void> {
    const account = this.account(handle)
    const authorization = `Bearer ${account.token}`
    await this.#homeOf(account).call(atprotoClient.updateHandle, { body: { handle: next }, authorization })
    this.#accounts.delete(handle)
    this.#accounts.set(next, { ...account, handle: next })
    this.names.says(handle, undefined)
    this.names.says(next, account.did)
  }

  takeDown(handle: string): Promise<void> {
    const account = this.account(handle)
    return this.#homeOf(account).takeDown(account)
  }

  restore(handle: string): Promise<void> {
    const account = this.account(handle)
    return this.#homeOf(account).takeDown(account, false)
  }

  async startRelay(): Promise<void> {
    this.#relay ??= await Relay.start(this.relayConfig)
  }

  async stopRelay(): Promise<void> {
    await this.#relay?.[Symbol.asyncDispose]()
    this.#relay = undefined
  }

  startPds(): Promise<void> {
    return this.pds.starts()
  }

  stopPds(): Promise<void> {
    return this.pds.stops()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stopRelay()
    await this.#opened.disposeAsync()
  }

  #homeOf({ did }: Pick<ForeignAccount, 'did'>): ForeignPds {
    return this.#homes.get(did) ?? this.pds
  }

  #writerOf(account: ForeignAccount): RepoWriter {
    return this.#writers.get(this.#homeOf(account)) ?? new RepoWriter(this.pds)
  }

  async #settle(empty: boolean): Promise<void> {
    for (const handle of ['lib.test', 'duo.test']) await this.createAccount(handle)
    await this.createAccount('ann.duo.test', this.people)
    if (empty) return
    await this.listPublishers('duo.test', ['ann.duo.test'])
    await this.publish('lib.test', '@lib.test/colors', '1.0.0')
    await this.attest('ann.duo.test', await this.publish('duo.test', '@duo.test/pair', '1.0.0'))
  }
}
