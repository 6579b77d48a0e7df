import type { Clock } from '#common/clock/index.ts'
import { PublicIdentities } from '#common/identity/index.ts'
import type { Logger } from '#common/log/index.ts'
import { isListed } from '#common/names/index.ts'
import { createOutbound, type OutboundConfig } from '#common/outbound/index.ts'
import type { BundleJudge } from '../provenance/judge-bundle.ts'
import type { Db } from '../schema/index.ts'
import type { Origin } from '../upstream/upstream.ts'
import type { UpstreamStore } from '../upstream/upstream-store.ts'
import { type FetchedBlob, fetchBlob } from './blobs/fetch-blob.ts'
import type { PublicNetworkConfig } from './config.ts'
import type { MirrorContext, PublicDirectory } from './context.ts'
import { Discoverer } from './discover/discoverer.ts'
import { FileReader } from './files/file-reader.ts'
import { RelayFollower } from './follow/relay-follower.ts'
import { HandleKeeper } from './handles/handle-keeper.ts'
import { handleVerifier } from './handles/verify-handle.ts'
import { HostedIdentities } from './hosted-identities.ts'
import type { BlobAddress } from './packages/blob-address.ts'
import type { RenderContext } from './packages/render-public.ts'
import { PublicRenderer } from './packages/renderer.ts'
import type { Parties } from './parties.ts'
import { PublicProofs } from './proofs/public-proofs.ts'
import { publicOrigin } from './public-origin.ts'
import { trackedDids } from './repos.ts'
import { MirrorResyncer } from './resync/resyncer.ts'

export interface MirrorOptions {
  config: PublicNetworkConfig
  outbound: OutboundConfig
  db: Db
  store: UpstreamStore
  gatewayUrl: string
  /** `names.private`: never looked up anywhere. */
  privateNames: readonly string[]
  /** Of the private network: operation logs that carry it are none of the public one. */
  marker: string | undefined
  /** Whether every repository of the private network was read once; undefined where there is no private network. */
  isInsideKnown?: (() => Promise<boolean>) | undefined
  /** Instead of whoever relays tell of: the accounts of these hosts, which are the relays, too. */
  parties?: Parties | undefined
  /** How packages are rendered, where it is other than for a box. */
  rendering?: Pick<RenderContext, 'onRendered' | 'tellsProvenance'>
  /** Holds provenance bundles to the trust roots of this box; without one neither they nor READMEs are read. */
  judge?: BundleJudge | undefined
  clock: Clock
  log: Logger
}

/** The public network's packages: follows its relays, reads repositories from their PDSes, asks domains whose handles are. */
export class Mirror implements AsyncDisposable {
  readonly followers: readonly RelayFollower[]
  /** Whether a domain says that a handle is this account's: also of those that nothing inside is asked about. */
  readonly provesHandle: MirrorContext['isHandleOf']
  readonly proofs: PublicProofs
  readonly #context: MirrorContext
  readonly #opened: AsyncDisposable

  private constructor(
    parts: Pick<Mirror, 'followers' | 'proofs' | 'provesHandle'> & { context: MirrorContext },
    opened: AsyncDisposable,
  ) {
    this.#context = parts.context
    this.followers = parts.followers
    this.proofs = parts.proofs
    this.provesHandle = parts.provesHandle
    this.#opened = opened
  }

  static async start(options: MirrorOptions): Promise<Mirror> {
    const { config, db, store, gatewayUrl, clock, log, marker, parties, judge, isInsideKnown } = options
    await using opened = new AsyncDisposableStack()
    const allow = [...config.relays, config.directory, ...config.privateHosts]
    const outbound = opened.use(createOutbound({ allow, config: options.outbound }))
    const tracked = new Set(await trackedDids(db))
    const stop = new AbortController()
    const now = () => new Date(clock.now())
    const onFiles = judge && (() => files?.wake())
    const render = { ...options.rendering, db, store, gatewayUrl, parties, isInsideKnown, log, now, onFiles }
    const directory = new PublicIdentities({ directoryUrl: config.directory, outbound, marker, clock })
    const identities: PublicDirectory = parties === undefined ? directory : new HostedIdentities(directory, db, parties)
    const renderer = opened.use(new PublicRenderer(render))
    const provesHandle = handleVerifier({ outbound, ...config })
    const context: MirrorContext = {
      ...{ db, config, parties, identities, outbound, clock, log, tracked },
      isHandleOf: handlesBut(options.privateNames, provesHandle),
      stopping: stop.signal,
      track: (did) => tracked.add(did),
      onWaiting: () => resyncer.wake(),
      onHandles: () => handles.wake(),
      onPackages: () => renderer.wake(),
    }
    const files = judge && opened.use(new FileReader({ ...context, judge, now }))
    const resyncer = opened.use(new MirrorResyncer(context))
    const handles = opened.use(new HandleKeeper(context))
    const discoverer = opened.use(new Discoverer(context))
    const followers = config.relays.map((relay) =>
      opened.use(new RelayFollower(relay, context, () => discoverer.now())),
    )
    opened.defer(() => stop.abort())
    const proofs = new PublicProofs({ ...context, identities: directory })
    return new Mirror({ context, followers, proofs, provesHandle }, opened.move())
  }

  /** Whom packages of this account are asked of. */
  origin(did: string): Origin {
    return publicOrigin(this.#context, did)
  }

  /** What the record of a version names by its CID. @throws as `fetchBlob` */
  blob(address: BlobAddress, about: { package: string; version: string }): Promise<FetchedBlob> {
    return fetchBlob(this.#context, address, about)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#opened[Symbol.asyncDispose]()
  }
}

/** Names that are private by configuration are in no question to anybody (DESIGN §3), whoever claims them as a handle. */
function handlesBut(
  privateNames: readonly string[],
  verify: (handle: string, did: string) => Promise<boolean>,
): (handle: string, did: string) => Promise<boolean> {
  return async (handle, did) => {
    if (isListed({ name: handle, scope: handle }, privateNames)) return false
    return verify(handle, did)
  }
}
