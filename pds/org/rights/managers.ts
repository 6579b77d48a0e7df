import { LRUCache } from 'lru-cache'
import { managersAt, type NamedManagers, type OrgRights, temporaryManagersAt } from '#common/authz/index.ts'
import type { Clock } from '#common/clock/index.ts'
import { fetchRecordProof, type ProofSources } from '#common/proof/index.ts'
import { app } from '#lexicons'

// Short, so that who was named in an emergency can act at once, and who is one no more cannot go on.
const ttlMs = 2_000

/** Whom the registry's own repository, on the people PDS, names as managers: from the start, or for a while. */
export class FirstManagers {
  readonly #registryDid: string
  readonly #sources: ProofSources & { clock: Clock }
  readonly #cache = new LRUCache<string, NamedManagers>({ max: 1_000, ttl: ttlMs })

  constructor(registryDid: string, sources: ProofSources & { clock: Clock }) {
    this.#registryDid = registryDid
    this.#sources = sources
  }

  /** @returns at this moment; no one for organisations the registry does not know @throws ProofFailed, ComponentUnavailable */
  async of(org: string): Promise<Pick<OrgRights, 'managers' | 'temporaryManagers'>> {
    const named = await this.#namedFor(org)
    if (named === undefined) return { managers: [] }
    const now = this.#sources.clock.now()
    return { managers: managersAt(named, now), temporaryManagers: temporaryManagersAt(named, now) }
  }

  async #namedFor(org: string): Promise<NamedManagers | undefined> {
    const known = this.#cache.get(org)
    if (known !== undefined) return known
    const collection = app.npm.registry.org.main.$type
    const wanted = { did: this.#registryDid, role: 'people', collection, rkey: org } as const
    const proof = await fetchRecordProof(wanted, this.#sources)
    // An organisation is written before it is registered: only answers are remembered.
    if (proof === undefined) return undefined
    const named = app.npm.registry.org.main.parse(proof.record)
    if (named.org !== org) return undefined
    this.#cache.set(org, named)
    return named
  }
}
