import { randomBytes } from 'node:crypto'
import type { AppViewConfig } from '#appview/index.ts'
import { writeAlone } from '#appview/ingest/write-alone.ts'
import { carryOut } from '#appview/labeler/carry-out.ts'
import { Labeler } from '#appview/labeler/labeler.ts'
import { keepLabels, labelsOf, trustLabelers } from '#appview/labels/index.ts'
import { type Db, openAppViewDatabase } from '#appview/schema/index.ts'
import { LabelKey, type UnsignedLabel } from '#common/labels/index.ts'
import type { PutLabelsInput } from '#common/operations/index.ts'

type Asked = Omit<PutLabelsInput, 'reason' | 'createdAt' | 'record'> & { reason?: string }
type Subject = Parameters<typeof labelsOf>[1]

/** Labels in the ledger of an AppView, as its labeler and its followers put them there after they checked everything. */
export class LabelDesk implements AsyncDisposable {
  readonly db: Db
  readonly labeler: Labeler
  readonly #opened: AsyncDisposable

  private constructor(db: Db, labeler: Labeler, opened: AsyncDisposable) {
    this.db = db
    this.labeler = labeler
    this.#opened = opened
  }

  static async opens(config: AppViewConfig): Promise<LabelDesk> {
    const database = await openAppViewDatabase({ ...config.database, poolSize: 2 })
    return new LabelDesk(database.db, await Labeler.open({ did: config.self.did, ...config.labeler }), database)
  }

  /** An approved operation. @param op hash of the operation @returns how many labels were signed */
  does(asked: Asked, at = Date.now(), op = randomBytes(32).toString('hex')): Promise<number> {
    const input = { reason: 'for a test', createdAt: new Date(at).toISOString(), ...asked }
    const act = {
      act: op,
      org: 'did:plc:aaaaaaaaaaaaaaaaaaaaaaaa',
      by: 'did:plc:bbb',
      input,
    }
    return writeAlone(this.db, (tx) => carryOut(tx, this.labeler, act, at))
  }

  /** Another labeler said this, and its follower took it up. */
  async hears(label: Omit<UnsignedLabel, 'cts'> & { cts?: string }, key = 'c3'.repeat(32)): Promise<number> {
    const other = await LabelKey.import(key)
    const signed = await other.sign({ cts: new Date().toISOString(), ...label })
    return this.db
      .transaction()
      .execute((tx) => keepLabels(tx, [{ label: signed, signedBy: other.publicKey }], new Date()))
  }

  /** What the configuration says of labelers. */
  trusts(...labelers: { did: string; trust: 'block' | 'warn'; values?: string[] }[]): Promise<void> {
    const own = { did: this.labeler.did, trust: 'own' as const, values: null }
    const others = labelers.map(({ values = null, ...rest }) => ({ ...rest, values }))
    return this.db.transaction().execute((tx) => trustLabelers(tx, [own, ...others], new Date()))
  }

  /** `src val` of everything that is said of a version. */
  async saidOf(subject: Subject, version: string, now?: number): Promise<string[]> {
    const known = await labelsOf(this.db, subject, [version], now)
    const nameOf = (src: string) => (src === this.labeler.did ? 'we' : src.slice('did:web:'.length))
    return (known.get(version) ?? []).map(({ src, val, trust }) => `${nameOf(src)} ${val} ${trust}`)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#opened[Symbol.asyncDispose]()
  }
}
