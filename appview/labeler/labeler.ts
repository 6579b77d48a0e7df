import { sql } from '#common/db/index.ts'
import { type Label, LabelKey } from '#common/labels/index.ts'
import { keepLabels } from '../labels/index.ts'
import { network, type Tx } from '../schema/index.ts'
import { type GivenRow, labelOfRow } from './given.ts'

/** Postgres channel on which readers hear that the labeler has said something. */
export const labelsChannel = 'appview_labels'

/** What the company says of a subject. */
export interface OwnLabel {
  uri: string
  val: string
  neg?: boolean | undefined
  exp?: string | undefined
  /** What somebody did, SHA-256 in hex. */
  act: string
  /** A rule of theirs made it, not they by name. */
  byRule: boolean
}

/** The company's own labeler: its account and its key, which no other component has. */
export class Labeler {
  readonly did: string
  readonly key: LabelKey

  private constructor(did: string, key: LabelKey) {
    this.did = did
    this.key = key
  }

  static async open({ did, privateKeyHex }: { did: string; privateKeyHex: string }): Promise<Labeler> {
    return new Labeler(did, await LabelKey.import(privateKeyHex))
  }

  /**
   * Signs labels and appends them to the stream. Each is later than what was said before of the same, whatever the clock says.
   * @param tx alone in writing (`writeAlone`), so that the order of `seq` is the order of commits
   */
  async give(tx: Tx, labels: readonly OwnLabel[], now: number): Promise<void> {
    if (labels.length === 0) return
    const { seq, moment } = await this.#last(tx, labels)
    const cts = new Date(Math.max(now, Math.floor(moment / 1000) + 1)).toISOString()
    const signed = await Promise.all(
      labels.map(async ({ uri, val, neg, exp, act, byRule }, at) => ({
        label: await this.key.sign({ src: this.did, uri, val, neg, cts, exp }),
        signedBy: this.key.publicKey,
        own: { seq: seq + 1 + at, act, byRule },
      })),
    )
    await keepLabels(tx, signed, new Date(now))
    await sql`SELECT pg_notify(${labelsChannel}, '')`.execute(tx)
  }

  /** A label of ours, signed with the key of now: after a change of keys nobody can check what the one before has signed. */
  async signedNow(row: GivenRow): Promise<Label> {
    const label = labelOfRow(row)
    return row.signed_by === this.key.publicKey ? label : this.key.sign(label)
  }

  async #last(db: Tx, labels: readonly OwnLabel[]): Promise<{ seq: number; moment: number }> {
    const uris = [...new Set(labels.map(({ uri }) => uri))]
    const { rows } = await sql<{ seq: number; moment: number }>`SELECT coalesce(max(seq), 0) AS seq,
      coalesce(max(moment) FILTER (WHERE uri = ANY(${uris}::text[])), 0) AS moment
      FROM ledger_label WHERE network = ${network} AND src = ${this.did}`.execute(db)
    return rows[0] ?? { seq: 0, moment: 0 }
  }
}
