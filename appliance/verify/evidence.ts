import { fetchRecordProof, type ProofSources, type RecordProof, type WantedRecord } from '#common/proof/index.ts'
import { app } from '#lexicons'
import { Failed } from './outcome.ts'
import type { RegistryClient } from './registry-client.ts'

// A rule and a team for each way to a right; organisations of a hundred such ways are large.
const maxProofs = 2_000

/** Proofs of rights, each fetched once in a run: most versions of an organisation are published by the same few. */
export class Evidence {
  readonly #client: Pick<RegistryClient, 'open'>
  readonly #sources: ProofSources
  readonly #proven = new Map<string, Promise<RecordProof | undefined>>()
  #asked = 0

  constructor(client: Pick<RegistryClient, 'open'>, sources: ProofSources) {
    this.#client = client
    this.#sources = sources
  }

  /**
   * @param about at-URI of the version record in whose matter it is asked
   * @throws as `fetchRecordProof`; Failed when a run needs more than any lockfile should
   */
  prove(wanted: WantedRecord, about: string): Promise<RecordProof | undefined> {
    const key = `${wanted.role} ${wanted.did}/${wanted.collection}/${wanted.rkey}`
    const known = this.#proven.get(key)
    if (known !== undefined) return known
    const proving = this.#fetch(wanted, about)
    this.#proven.set(key, proving)
    // A failure is not remembered.
    proving.catch(() => this.#proven.delete(key))
    return proving
  }

  async #fetch(wanted: WantedRecord, about: string): Promise<RecordProof | undefined> {
    this.#asked += 1
    if (this.#asked > maxProofs) throw new Failed('unanswered', `rights alone take more than ${maxProofs} proofs`)
    const host = {
      fetch: (_nsid: string, params: Record<string, string>) =>
        this.#client.open(app.npm.gateway.getRecordProof.$nsid, { ...params, for: about }),
    }
    return fetchRecordProof(wanted, { ...this.#sources, peers: { org: host, people: host } })
  }
}
