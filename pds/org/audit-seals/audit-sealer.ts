import type { Keypair } from '@atproto/crypto'
import {
  endText,
  genesisHash,
  hashOfSeal,
  parseSeal,
  type Seal,
  type Signed,
  sealText,
  signText,
} from '#common/audit/index.ts'
import type { Clock } from '#common/clock/index.ts'
import { sql } from '#common/db/index.ts'
import { AtollError } from '#common/errors/index.ts'
import type { OrgDatabase } from '../database.ts'

/** A batch of the audit log as the gateway says it is. Hashes are hex. */
export type AskedBatch = Pick<Seal, 'first' | 'last' | 'count' | 'previousHash' | 'head'>

// Any number that nobody else in this schema uses.
const sealLock = 255_001

/**
 * Seals the gateway's audit log with a key that the gateway does not have. It remembers what it sealed: of any two versions of the same
 * past it signs one, so who breaks into the gateway cannot rewrite what is older than the last seal.
 */
export class AuditSealer {
  readonly #db: OrgDatabase
  readonly #keypair: Keypair
  readonly #clock: Clock

  constructor(db: OrgDatabase, keypair: Keypair, clock: Clock) {
    this.#db = db
    this.#keypair = keypair
    this.#clock = clock
  }

  /**
   * @returns the seal of the batch; the one that was made of it, or of a shorter one in its place, where there is one
   * @throws AuditBroken when it does not follow what was sealed last
   */
  seal(asked: AskedBatch): Promise<Signed> {
    return this.#db.transaction().execute(async (transaction) => {
      await sql`SELECT pg_advisory_xact_lock(${sealLock})`.execute(transaction)
      const rows = await transaction.selectFrom('audit_seal').selectAll().orderBy('number', 'desc').limit(1).execute()
      const last = rows[0]
      const made = await transaction
        .selectFrom('audit_seal')
        .select(['text', 'signature'])
        .where('previous_hash', '=', asked.previousHash)
        .executeTakeFirst()
      if (made !== undefined) return made
      const before = last === undefined ? undefined : parseSeal(last.text)
      if (asked.previousHash !== (before?.head ?? genesisHash.toString('hex'))) throw broken(before)
      if (asked.count < 1 || asked.first > asked.last || asked.first <= (before?.last ?? 0)) throw broken(before)
      const seal: Seal = {
        ...asked,
        number: (before?.number ?? 0) + 1,
        previousSeal: last === undefined ? '0'.repeat(64) : hashOfSeal(last.text),
        sealedAt: new Date(this.#clock.now()).toISOString(),
      }
      const signed = await signText(this.#keypair, sealText(seal))
      await transaction
        .insertInto('audit_seal')
        .values({ number: seal.number, previous_hash: seal.previousHash, ...signed })
        .execute()
      return signed
    })
  }

  /** Says which batches an export has. @throws AuditBroken when they were not all sealed here */
  async attest({ first, last }: { first: number; last: number }): Promise<Signed & { newest: number }> {
    const newest = await this.#db
      .selectFrom('audit_seal')
      .select(({ fn }) => fn.max('number').as('number'))
      .executeTakeFirst()
    const row = await this.#db.selectFrom('audit_seal').select('text').where('number', '=', last).executeTakeFirst()
    const seal = row === undefined ? undefined : parseSeal(row.text)
    if ((seal === undefined && last !== 0) || first > last) throw broken(seal)
    const signedAt = new Date(this.#clock.now()).toISOString()
    const text = endText({ first, last, head: seal?.head ?? genesisHash.toString('hex'), signedAt })
    return { ...(await signText(this.#keypair, text)), newest: newest?.number ?? 0 }
  }
}

function broken(last: Seal | undefined): AtollError {
  const since = last === undefined ? 'its beginning' : `entry ${last.last}, which was sealed at ${last.sealedAt}`
  return new AtollError('AuditBroken', { reason: `it does not go on from ${since}` })
}
