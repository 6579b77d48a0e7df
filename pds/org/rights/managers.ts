import { LRUCache } from 'lru-cache'
import { fetchRecordProof, type ProofSources } from '#common/proof/index.ts'
import { app } from '#lexicons'

const ttlMs = 30_000

/** Who manages an organisation from the start, as the registry's own repository says on the people PDS. */
export class FirstManagers {
  readonly #registryDid: string
  readonly #sources: ProofSources
  readonly #cache = new LRUCache<string, readonly string[]>({ max: 1_000, ttl: ttlMs })

  constructor(registryDid: string, sources: ProofSources) {
    this.#registryDid = registryDid
    this.#sources = sources
  }

  /** @returns no one for organisations the registry does not know @throws ProofFailed, ComponentUnavailable */
  async of(org: string): Promise<readonly string[]> {
    const known = this.#cache.get(org)
    if (known !== undefined) return known
    const collection = app.npm.registry.org.main.$type
    const wanted = { did: this.#registryDid, role: 'people', collection, rkey: org } as const
    const proof = await fetchRecordProof(wanted, this.#sources)
    // An organisation is written before it is registered: only answers are remembered.
    if (proof === undefined) return []
    const { org: named, managers } = app.npm.registry.org.main.parse(proof.record)
    if (named !== org) return []
    this.#cache.set(org, managers)
    return managers
  }
}
