import type { DidString } from '@atproto/syntax'
import { AtollError } from '#common/errors/index.ts'
import type { PeerClient } from '#common/xrpc/index.ts'
import { app } from '#lexicons'
import { type Freshness, packageTag, RevisionedCache, rightsTag } from '../cache/index.ts'

type Resolution = Awaited<ReturnType<typeof askName>>
export type VersionView = Awaited<ReturnType<typeof askVersion>>

// Changes are told by the AppView; this is for what it may one day forget to tell.
const maxAgeMs = 30_000
const maxEntries = 50_000

/**
 * Where names are found and what this person may read there. The AppView alone decides (DESIGN §3): while it does not
 * answer or is not ready the answer is its 503, and there is no other way from here to any registry.
 */
export class Lookup {
  readonly #appview: PeerClient
  readonly #names: RevisionedCache<Resolution>
  readonly #versions: RevisionedCache<VersionView>

  constructor(appview: PeerClient, freshness: Freshness) {
    this.#appview = appview
    this.#names = new RevisionedCache(freshness, { maxEntries, maxAgeMs })
    this.#versions = new RevisionedCache(freshness, { maxEntries, maxAgeMs })
  }

  /**
   * @param viewer DID of the person
   * @throws NotReady, ComponentUnavailable
   */
  resolve(name: string, viewer: string): Promise<Resolution> {
    return this.#names.get(`${viewer} ${name}`, [packageTag(name), rightsTag], () =>
      askName(this.#appview, name, viewer),
    )
  }

  /**
   * For reading: what cannot be read is missing.
   * @throws NotFound, NotReady, ComponentUnavailable
   */
  async find(name: string, viewer: string): Promise<{ source: 'upstream' } | { source: 'private'; org: string }> {
    const { source, org, exists } = await this.resolve(name, viewer)
    if (source === 'upstream') return { source }
    if (source === 'private' && org !== undefined && exists === true) return { source, org }
    throw new AtollError('NotFound', { package: name })
  }

  /** @throws NotFound, NotReady, ComponentUnavailable */
  version(wanted: { org: string; name: string; version: string; viewer: string }): Promise<VersionView> {
    const { org, name, version, viewer } = wanted
    const tags = [packageTag(name), rightsTag]
    return this.#versions.get(`${viewer} ${org} ${name} ${version}`, tags, () => askVersion(this.#appview, wanted))
  }
}

function askName(appview: PeerClient, name: string, viewer: string) {
  return appview.call(app.npm.registry.resolveName, { params: { name, viewer: viewer as DidString } })
}

function askVersion(appview: PeerClient, wanted: { org: string; name: string; version: string; viewer: string }) {
  const params = { ...wanted, org: wanted.org as DidString, viewer: wanted.viewer as DidString }
  return appview.call(app.npm.registry.getVersion, { params })
}
