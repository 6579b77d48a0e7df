import { readBounded } from '#common/bodies/index.ts'
import { sha256 } from '#common/crypto/index.ts'
import { AtollError } from '#common/errors/index.ts'
import type { PeerClient } from '#common/xrpc/index.ts'
import { app } from '#lexicons'
import { type Freshness, packageTag, RevisionedCache } from '../cache/index.ts'
import { Packument, type PackumentForm, type PackumentTags } from './packument.ts'

// `typescript` has 3,400 versions and 15 MB of full metadata; nothing is near this.
const maxPackumentBytes = 100 * 2 ** 20
const maxAgeMs = 60_000
const timeoutMs = 60_000
const maxEntries = 20_000

export interface WantedPackument {
  name: string
  /** Where the name was found, which the caller looked up for this viewer just now. */
  source: 'private' | 'public' | 'upstream'
  /** DID of the organisation it was found with: a name that moves on takes no packument along. */
  org?: string | undefined
  form: PackumentForm
  /** DID of the person. */
  viewer: string
}

/**
 * Packuments as the AppView renders them. They are the same for all who may read the package, so one copy serves them
 * all; that somebody may is looked up for each request before.
 */
export class Packuments {
  readonly #appview: PeerClient
  readonly #cache: RevisionedCache<Packument>

  constructor(appview: PeerClient, freshness: Freshness, maxBytes: number) {
    this.#appview = appview
    const bytesOf = ({ gzipped }: Packument) => gzipped.length
    this.#cache = new RevisionedCache(freshness, { maxEntries, maxBytes, bytesOf, maxAgeMs })
  }

  get cache(): RevisionedCache<Packument> {
    return this.#cache
  }

  /** @throws NotFound, NotReady, UpstreamUnavailable, ComponentUnavailable */
  get(wanted: WantedPackument): Promise<Packument> {
    const { name, source, form, org = '' } = wanted
    return this.#cache.get(`${source} ${org} ${form} ${name}`, [packageTag(name)], (outdated) =>
      this.#ask(wanted, outdated),
    )
  }

  /** As it is now, whatever is remembered. @throws as `get` */
  fresh(wanted: WantedPackument): Promise<Packument> {
    return this.#ask(wanted, undefined)
  }

  async #ask({ name, source, form, viewer }: WantedPackument, outdated: Packument | undefined): Promise<Packument> {
    const params = { name, form, viewer, ...(outdated === undefined ? {} : { ifNoneMatch: outdated.tags.etag }) }
    const response = await this.#appview.fetch(app.npm.registry.getPackument.$nsid, params, { timeoutMs })
    // Between the lookup and now the name changed hands: the next request looks it up again.
    const answeredFrom = response.headers.get('atoll-source')
    if (answeredFrom !== null && answeredFrom !== source) throw new AtollError('NotReady')
    const stale = stalenessOf(response)
    if (response.status === 304 && outdated !== undefined) return outdated.with({ stale })
    const body = await readBounded(response.body, maxPackumentBytes)
    const etag = response.headers.get('etag') ?? `"${sha256(body).toString('base64url')}"`
    const lastModified = response.headers.get('last-modified') ?? undefined
    return Packument.of(body, form, { etag, lastModified, stale })
  }
}

function stalenessOf({ headers }: Response): PackumentTags['stale'] {
  const [age, warning] = [headers.get('age'), headers.get('warning')]
  return age === null || warning === null ? undefined : { age, warning }
}
