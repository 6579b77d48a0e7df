import type { Clock } from '#common/clock/index.ts'
import { AtollError } from '#common/errors/index.ts'
import {
  type Assertion,
  isCounterPlausible,
  type Passkey,
  type RelyingParty,
  verifyAssertion,
} from '#common/passkeys/index.ts'
import type { OrgDatabase } from '../database.ts'
import { noteUse } from './note-use.ts'

// A person has a few devices and a spare key.
const maxPerPerson = 20

/**
 * This PDS's own table of whose passkey is whose. It is filled by operations that the IdP signed, and after the first one a
 * passkey that was there already: what is written into the people PDS's table alone counts for nothing here (DESIGN §2).
 */
export class Passkeys {
  readonly #db: OrgDatabase
  readonly #relyingParty: RelyingParty
  readonly #clock: Clock

  constructor(db: OrgDatabase, { relyingParty, clock }: { relyingParty: RelyingParty; clock: Clock }) {
    this.#db = db
    this.#relyingParty = relyingParty
    this.#clock = clock
  }

  /** How many a person has. */
  async countOf(did: string): Promise<number> {
    const { count } = await this.#db
      .selectFrom('passkey')
      .select((e) => e.fn.countAll<string>().as('count'))
      .where('did', '=', did)
      .executeTakeFirstOrThrow()
    return Number(count)
  }

  /**
   * A passkey of this person signed exactly this, and it was not copied.
   * @param challenge base64url of the hash of the operation, or of its batch
   * @throws PasskeyNotAccepted
   */
  async verify(did: string, assertion: Assertion, challenge: string): Promise<void> {
    const row = await this.#db
      .selectFrom('passkey')
      .selectAll()
      .where('credential_id', '=', assertion.id)
      .where('did', '=', did)
      .executeTakeFirst()
    if (row === undefined) throw refuse('it is not registered for you')
    const passkey = { id: row.credential_id, publicKey: row.public_key }
    const relyingParty = this.#relyingParty
    const counter = await verifyAssertion(assertion, { challenge, relyingParty, passkey })
    const isPlausible = (before: number) => isCounterPlausible(before, counter)
    const use = { id: passkey.id, challenge, counter, at: new Date(this.#clock.now()), isPlausible }
    if (await noteUse(this.#db, use)) return
    throw refuse('it counts backwards, as a copied one would. If another approval overtook this one, approve it again')
  }

  /**
   * Adding again what is there succeeds.
   * @param passkey.isFirst no other passkey vouched for it
   * @throws PasskeyNotAccepted
   */
  async add(did: string, { id, publicKey, isFirst }: Passkey & { isFirst: boolean }): Promise<void> {
    if (await this.isThere(did, { id, publicKey })) return
    if ((await this.countOf(did)) >= maxPerPerson) throw refuse(`you have ${maxPerPerson} already: remove one first`)
    const values = { credential_id: id, did, public_key: Buffer.from(publicKey), counter: 0, is_first: isFirst }
    await this.#db
      .insertInto('passkey')
      .values({ ...values, added_at: new Date(this.#clock.now()) })
      // The same credential, or a second first one that was faster.
      .onConflict((conflict) => conflict.doNothing())
      .execute()
    if (!(await this.isThere(did, { id, publicKey }))) throw refuse('another one was there before')
  }

  /** Whether this person has exactly this passkey. */
  async isThere(did: string, { id, publicKey }: Passkey): Promise<boolean> {
    const row = await this.#db
      .selectFrom('passkey')
      .select('did')
      .where('credential_id', '=', id)
      .where('did', '=', did)
      .where('public_key', '=', Buffer.from(publicKey))
      .executeTakeFirst()
    return row !== undefined
  }

  /** Removing what is not there succeeds. @throws PasskeyNotAccepted for the last one: who has none cannot add one */
  async remove(did: string, id: string): Promise<void> {
    const others = await this.#db
      .selectFrom('passkey')
      .select('credential_id')
      .where('did', '=', did)
      .where('credential_id', '!=', id)
      .executeTakeFirst()
    if (others === undefined) throw refuse('it is your last one: add another before you remove it')
    await this.#db.deleteFrom('passkey').where('credential_id', '=', id).where('did', '=', did).execute()
  }
}

function refuse(reason: string): AtollError {
  return new AtollError('PasskeyNotAccepted', { reason })
}
