import { LRUCache } from 'lru-cache'
import { keysCovering, type PackageName, parseClaimableName } from '#common/names/index.ts'
import { fetchRecordProof, type ProofSources, proofFailed } from '#common/proof/index.ts'
import { recordUri } from '#common/records/index.ts'
import { app } from '#lexicons'
import type { PdsHost } from '#pds/host/index.ts'

const ttlMs = 30_000

export interface GrantedNamesOptions {
  registryDid: string
  proofs: ProofSources
  /** Of the organisations' repositories, where the claims are. */
  host: Pick<PdsHost, 'findRecord'>
}

/** Which names are an organisation's beside those of its handle: what it claims, and the registry grants with proof. */
export class GrantedNames {
  readonly #options: GrantedNamesOptions
  readonly #known = new LRUCache<string, true>({ max: 10_000, ttl: ttlMs })

  constructor(options: GrantedNamesOptions) {
    this.#options = options
  }

  /**
   * The most exact grant decides: who has a scope does not have the packages in it that were granted by themselves.
   * @returns whether both halves are there for this organisation
   * @throws ProofFailed, ComponentUnavailable
   */
  async has(org: string, name: PackageName): Promise<boolean> {
    const remembered = `${org} ${name.name}`
    // Only what is granted is remembered: a grant has to count as soon as it is written.
    if (this.#known.has(remembered)) return true
    for (const key of keysCovering(name)) {
      const grant = await this.#grantAt(key)
      if (grant === undefined) continue
      const granted = grant.org === org && (await this.#isClaimed(org, key, grant.claim))
      if (granted) this.#known.set(remembered, true)
      return granted
    }
    return false
  }

  async #grantAt(key: string): Promise<app.npm.name.grant.Main | undefined> {
    const { registryDid, proofs } = this.#options
    const collection = app.npm.name.grant.main.$type
    const proof = await fetchRecordProof({ did: registryDid, role: 'people', collection, rkey: key }, proofs)
    if (proof === undefined) return undefined
    const parsed = app.npm.name.grant.main.safeParse(proof.record)
    if (parsed.success && parseClaimableName(parsed.value.name).key === key) return parsed.value
    throw proofFailed(`what the registry says of ${key} is not a grant of it`)
  }

  /** The registry names the very record by which the organisation claims the name. */
  async #isClaimed(org: string, key: string, claim: app.npm.name.grant.Main['claim']): Promise<boolean> {
    const collection = app.npm.name.claim.main.$type
    if (claim.uri !== recordUri(org, collection, key)) return false
    return (await this.#options.host.findRecord(org, collection, key))?.cid === claim.cid
  }
}
