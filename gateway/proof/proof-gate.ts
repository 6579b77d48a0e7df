import { getBlobCidString, getBlobSize } from '@atproto/lex-data'
import { LRUCache } from 'lru-cache'
import type { Kysely } from '#common/db/index.ts'
import { AtollError } from '#common/errors/index.ts'
import { Tally } from '#common/metrics/index.ts'
import { versionKey } from '#common/names/index.ts'
import { type ProofSources, type ProvenVersion, proveVersion } from '#common/proof/index.ts'
import { recordUri } from '#common/records/index.ts'
import { app } from '#lexicons'
import type { GatewayTables } from '../database/tables.ts'
import type { VersionView } from '../lookup/index.ts'

/** What a proven version record says about the bytes. */
export interface ProvenTarball {
  /** CID of the blob. */
  tarballCid: string
  /** SRI */
  integrity: string
  size: number
}

const remembered = 50_000

/**
 * Before a private version is first served, both its halves are proven against the PDSes themselves, whatever the AppView
 * says (DESIGN §3). The outcome is kept for the record's CID: records never change, and neither does what was proven.
 */
export class ProofGate {
  /** How it went. */
  readonly tally = new Tally<'outcome'>()
  readonly #db: Kysely<GatewayTables>
  readonly #sources: ProofSources
  readonly #proven = new LRUCache<string, ProvenTarball>({ max: remembered })
  readonly #proving = new Map<string, Promise<ProvenTarball>>()

  constructor(db: Kysely<GatewayTables>, sources: ProofSources) {
    this.#db = db
    this.#sources = sources
  }

  /**
   * @returns what to serve, from the record and not from the AppView
   * @throws ProofFailed; ComponentUnavailable, DirectoryUnavailable while it cannot be proven
   */
  async pass(view: VersionView): Promise<ProvenTarball> {
    const { cid } = view.record
    // Worked out here: the AppView may not answer for one package with what was proven of another.
    const uri = recordUri(view.org, app.npm.package.version.main.$type, versionKey(view.name, view.version))
    const key = `${uri} ${cid}`
    const known = this.#proven.get(key) ?? (await this.#recall(uri, cid))
    if (known !== undefined) this.tally.count({ outcome: 'known' })
    const proven = known ?? (await this.#proveOnce(key, () => this.#proveAndCount(uri, view)))
    this.#proven.set(key, proven)
    return proven
  }

  async #recall(uri: string, cid: string): Promise<ProvenTarball | undefined> {
    return this.#db
      .selectFrom('proven_version')
      .select(['tarball_cid as tarballCid', 'integrity', 'size'])
      .where('record_cid', '=', cid)
      .where('record_uri', '=', uri)
      .executeTakeFirst()
  }

  #proveOnce(key: string, prove: () => Promise<ProvenTarball>): Promise<ProvenTarball> {
    const pending = this.#proving.get(key)
    if (pending !== undefined) return pending
    const proving = prove().finally(() => this.#proving.delete(key))
    this.#proving.set(key, proving)
    return proving
  }

  async #proveAndCount(uri: string, view: VersionView): Promise<ProvenTarball> {
    try {
      const proven = await this.#prove(uri, view)
      this.tally.count({ outcome: 'proven' })
      return proven
    } catch (error) {
      this.tally.count({ outcome: error instanceof AtollError ? error.code : 'InternalError' })
      throw error
    }
  }

  async #prove(uri: string, view: VersionView): Promise<ProvenTarball> {
    const { org, name, version, record, attestedBy } = view
    if (attestedBy === undefined) throw failed(view, 'nobody attested it')
    const proven = await proveVersion({ org, name, version, attestedBy }, this.#sources)
    if (proven.cid !== record.cid) throw failed(view, 'the index has another record than the repository')
    const tarball = tarballOf(proven)
    await this.#db
      .insertInto('proven_version')
      .values({
        record_cid: record.cid,
        record_uri: uri,
        attested_by: attestedBy,
        tarball_cid: tarball.tarballCid,
        integrity: tarball.integrity,
        size: tarball.size,
      })
      .onConflict((conflict) => conflict.doNothing())
      .execute()
    return tarball
  }
}

function failed({ name, version }: VersionView, reason: string): AtollError {
  return new AtollError('ProofFailed', { package: name, version, reason })
}

function tarballOf({ record }: ProvenVersion): ProvenTarball {
  return {
    tarballCid: getBlobCidString(record.tarball),
    integrity: record.integrity,
    size: getBlobSize(record.tarball) ?? 0,
  }
}
