import { LRUCache } from 'lru-cache'
import {
  type ClaimableName,
  isHandleScope,
  keysCovering,
  type PackageName,
  parseClaimableName,
  type RegistryWord,
  scopeKey,
  whatRegistrySays,
} from '#common/names/index.ts'
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

/** A record of the registry about a name. */
type Said<Value> = { safeParse(record: unknown): { success: true; value: Value } | { success: false } } & {
  $type: string
}

/** Which names are an organisation's beside those of its handle: what it claims, and the registry gives it with proof. */
export class GrantedNames {
  readonly #options: GrantedNamesOptions
  readonly #known = new LRUCache<string, true>({ max: 10_000, ttl: ttlMs })

  constructor(options: GrantedNamesOptions) {
    this.#options = options
  }

  /**
   * The most exact grant decides: who has a scope does not have the packages in it that were granted by themselves.
   * @returns whether all halves are there for this organisation
   * @throws ProofFailed, ComponentUnavailable
   */
  async has(org: string, name: PackageName): Promise<boolean> {
    const remembered = `${org} ${name.name}`
    // Only what is granted is remembered: a grant has to count as soon as it is written.
    if (this.#known.has(remembered)) return true
    for (const key of keysCovering(name)) {
      const says = await this.#registrySays(key)
      if (says === undefined) continue
      const granted = says.org === org && !says.withdrawn && (await this.#isComplete(key, says))
      if (granted) this.#known.set(remembered, true)
      return granted
    }
    return false
  }

  /**
   * Whose a name is by the registry's word, whether the organisation claims it or not.
   * @returns its DID; undefined when it was never granted
   * @throws ProofFailed, ComponentUnavailable
   */
  async holderOf({ key, scope, whole }: ClaimableName): Promise<string | undefined> {
    const says = await this.#registrySays(key)
    if (says !== undefined || whole || scope === undefined) return says?.org
    return (await this.#registrySays(scopeKey(scope)))?.org
  }

  async #registrySays(key: string): Promise<RegistryWord | undefined> {
    const { grant, change } = app.npm.name
    return whatRegistrySays({
      grant: await this.#recordAt(grant.main, key),
      change: await this.#recordAt(change.main, key),
    })
  }

  async #recordAt<Value extends { name: string }>(schema: Said<Value>, key: string): Promise<Value | undefined> {
    const { registryDid, proofs } = this.#options
    const proof = await fetchRecordProof(
      { did: registryDid, role: 'people', collection: schema.$type, rkey: key },
      proofs,
    )
    if (proof === undefined) return undefined
    const parsed = schema.safeParse(proof.record)
    if (parsed.success && parseClaimableName(parsed.value.name).key === key) return parsed.value
    throw proofFailed(`what the registry says of ${key} is not about it`)
  }

  async #isComplete(key: string, { org, claim, transfer }: RegistryWord): Promise<boolean> {
    if (transfer !== undefined && !(await this.#isTransferred(org, key, transfer))) return false
    return claim === undefined ? this.#wasHandle(org, key) : this.#isClaimed(org, key, claim)
  }

  /** The registry names the very record by which the organisation claims the name. */
  async #isClaimed(org: string, key: string, claim: { uri: string; cid: string }): Promise<boolean> {
    const collection = app.npm.name.claim.main.$type
    if (claim.uri !== recordUri(org, collection, key)) return false
    const record = await this.#options.host.findRecord(org, collection, key)
    return record?.cid === claim.cid && record.record['retired'] !== true
  }

  /** The registry names the very record by which the other handed it over. */
  async #isTransferred(
    org: string,
    key: string,
    transfer: { uri: string; cid: string; from: string },
  ): Promise<boolean> {
    const collection = app.npm.name.transfer.main.$type
    if (transfer.uri !== recordUri(transfer.from, collection, key)) return false
    const record = await this.#options.host.findRecord(transfer.from, collection, key)
    if (record?.cid !== transfer.cid) return false
    return record.record['to'] === org && record.record['retired'] !== true
  }

  /** A scope that was its handle once is the organisation's without a claim. */
  async #wasHandle(org: string, key: string): Promise<boolean> {
    const scope = key.endsWith(':~') ? key.slice(0, -2) : ''
    if (!isHandleScope(scope)) return false
    const account = await this.#options.proofs.identities.resolve(org)
    return account?.formerHandles?.includes(scope) === true
  }
}
