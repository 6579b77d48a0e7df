import type { DidString } from '@atproto/syntax'
import { AtollError } from '#common/errors/index.ts'
import type { PeerClient } from '#common/xrpc/index.ts'
import { app } from '#lexicons'
import { coversPackage, type Session } from '../auth/token/index.ts'
import { type Freshness, packageTag, RevisionedCache, rightsTag } from '../cache/index.ts'

type Resolution = Awaited<ReturnType<typeof askName>>
/** Who wants to know, and what their token covers. */
export type Viewer = Pick<Session, 'did' | 'rights'>

export interface WantedVersion {
  /** DID. */
  org: string
  name: string
  version: string
  viewer: Viewer
}

export type VersionView = Awaited<ReturnType<typeof askVersion>>

/** A version from outside, by its number or by the file that a lockfile names; of the public network, perhaps pinned to its account. */
export type WantedUpstream = { name: string; did?: DidString | undefined } & ({ version: string } | { file: string })

/** Where something is that may be read. @property org DID of the account in whose repository it is */
export type Found = { source: 'upstream' } | { source: 'private' | 'public'; org: string }

export type UpstreamView = Awaited<ReturnType<typeof askUpstream>>

// Changes are told by the AppView; this is for what it may one day forget to tell.
const maxAgeMs = 30_000
const maxEntries = 50_000
// The AppView may have to ask upstream first.
const upstreamTimeoutMs = 60_000

/**
 * Where names are found and what this person may read there. The AppView alone decides (DESIGN §3): while it does not
 * answer or is not ready the answer is its 503, and there is no other way from here to any registry.
 */
export class Lookup {
  readonly #appview: PeerClient
  readonly #names: RevisionedCache<Resolution>
  readonly #versions: RevisionedCache<VersionView>
  readonly #upstream: RevisionedCache<UpstreamView>

  constructor(appview: PeerClient, freshness: Freshness) {
    this.#appview = appview
    this.#names = new RevisionedCache(freshness, { maxEntries, maxAgeMs })
    this.#versions = new RevisionedCache(freshness, { maxEntries, maxAgeMs })
    this.#upstream = new RevisionedCache(freshness, { maxEntries, maxAgeMs })
  }

  get caches() {
    return { names: this.#names, versions: this.#versions, upstream: this.#upstream }
  }

  /**
   * Packages outside a token's limits are as missing as those its account may not read; public ones are everybody's.
   * @throws NotReady, ComponentUnavailable
   */
  async resolve(name: string, { did, rights }: Viewer): Promise<Resolution> {
    const found = await this.#names.get(`${did} ${name}`, [packageTag(name), rightsTag], () =>
      askName(this.#appview, { name, viewer: did }),
    )
    return found.source === 'private' && !coversPackage(rights, name) ? { ...found, exists: false } : found
  }

  /**
   * For reading: what cannot be read is missing.
   * @throws NotFound, NotReady, ComponentUnavailable
   */
  async find(name: string, viewer: Viewer): Promise<Found> {
    const { exists } = await this.resolve(name, viewer)
    const found = await this.findOwner(name, viewer)
    if (found.source === 'private' && exists !== true) throw new AtollError('NotFound', { package: name })
    return found
  }

  /**
   * Whose a name is, whether or not anything of it can be installed: of a version that is withheld one is told why, also when
   * it is the last. Whether the package may be read is asked with the version.
   * @throws NotFound, NotReady, ComponentUnavailable
   */
  async findOwner(name: string, viewer: Viewer): Promise<Found> {
    const { source, org } = await this.resolve(name, viewer)
    if (source === 'upstream') return { source }
    if ((source === 'private' || source === 'public') && org !== undefined) return { source, org }
    throw new AtollError('NotFound', { package: name })
  }

  /**
   * Where the package of an account is that a lockfile pins, whatever its name means today. Whether somebody may read it is not said.
   * @throws NotFound, NotReady, ComponentUnavailable
   */
  async findPinned(did: string, name: string, viewer: Viewer): Promise<Exclude<Found, { source: 'upstream' }>> {
    const { source } = await this.#names.get(`pinned ${viewer.did} ${did} ${name}`, [packageTag(name), rightsTag], () =>
      askName(this.#appview, { name, viewer: viewer.did, did }),
    )
    if (source === 'private' || source === 'public') return { source, org: did }
    throw new AtollError('NotFound', { package: name })
  }

  /** @throws NotFound, NotReady, ComponentUnavailable */
  async version({ viewer, ...wanted }: WantedVersion): Promise<VersionView> {
    const { org, name, version } = wanted
    if (!coversPackage(viewer.rights, name)) throw new AtollError('NotFound', { package: name, version })
    const tags = [packageTag(name), rightsTag]
    return this.#versions.get(`${viewer.did} ${org} ${name} ${version}`, tags, () =>
      askVersion(this.#appview, { ...wanted, viewer: viewer.did }),
    )
  }

  /**
   * The same for everybody: what comes from upstream all may read.
   * @throws NotFound, NotReady, UpstreamUnavailable, ComponentUnavailable
   */
  async upstreamVersion(wanted: WantedUpstream): Promise<UpstreamView> {
    const { name, did = '' } = wanted
    const key = 'file' in wanted ? `file ${did} ${name} ${wanted.file}` : `version ${did} ${name} ${wanted.version}`
    return this.#upstream.get(key, [packageTag(wanted.name)], () => askUpstream(this.#appview, wanted))
  }
}

function askUpstream(appview: PeerClient, wanted: WantedUpstream) {
  return appview.call(app.npm.registry.getUpstreamVersion, { params: wanted, timeoutMs: upstreamTimeoutMs })
}

function askName(appview: PeerClient, { name, viewer, did }: { name: string; viewer: string; did?: string }) {
  const pinned = did === undefined ? {} : { did: did as DidString }
  return appview.call(app.npm.registry.resolveName, { params: { name, viewer: viewer as DidString, ...pinned } })
}

function askVersion(appview: PeerClient, wanted: { org: string; name: string; version: string; viewer: string }) {
  const params = { ...wanted, org: wanted.org as DidString, viewer: wanted.viewer as DidString }
  return appview.call(app.npm.registry.getVersion, { params })
}
