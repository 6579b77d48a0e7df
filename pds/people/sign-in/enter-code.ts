import { randomHandle } from '#common/crypto/index.ts'
import { AtollError } from '#common/errors/index.ts'
import type { PeopleContext } from '../context.ts'
import type { Session } from '../sessions/index.ts'
import { hashSecret } from '../state/index.ts'
import { normalizeUserCode } from './user-code.ts'

// RFC 8628, section 5.1: with 34 bits, ten guesses in ten minutes lead nowhere.
const maxGuesses = 10
const guessesCountMs = 10 * 60_000

/**
 * A person typed the code that a machine without a browser shows. From then on that sign-in is theirs to confirm, and nobody
 * else's.
 * @returns the handle of its page; undefined when no machine waits with this code
 * @throws TooManyRequests after too many guesses
 */
export async function enterCode(
  context: Pick<PeopleContext, 'db' | 'clock'>,
  { did }: Pick<Session, 'did'>,
  typed: string,
): Promise<string | undefined> {
  const guess = await noteGuess(context, did)
  const { db, clock } = context
  const handle = randomHandle()
  const found = await db
    .updateTable('sign_in')
    .set({ handle_hash: hashSecret(handle), entered_by: did })
    .where('user_code_hash', '=', hashSecret(normalizeUserCode(typed)))
    .where('expires_at', '>', new Date(clock.now()))
    .where('redeemed_at', 'is', null)
    .where('refused_at', 'is', null)
    .where((e) => e.or([e('entered_by', 'is', null), e('entered_by', '=', did)]))
    .executeTakeFirst()
  if (found.numUpdatedRows === 0n) return undefined
  await db.deleteFrom('code_guess').where('id', '=', guess).execute()
  return handle
}

/** Before the code is looked at: of guesses that come at once, each counts the others. */
async function noteGuess({ db, clock }: Pick<PeopleContext, 'db' | 'clock'>, did: string): Promise<number> {
  const expires_at = new Date(clock.now() + guessesCountMs)
  const { id } = await db.insertInto('code_guess').values({ did, expires_at }).returning('id').executeTakeFirstOrThrow()
  const { count } = await db
    .selectFrom('code_guess')
    .select((e) => e.fn.countAll<number>().as('count'))
    .where('did', '=', did)
    .where('expires_at', '>', new Date(clock.now()))
    .executeTakeFirstOrThrow()
  if (count <= maxGuesses) return id
  // One that was not even tried counts no further, so that ten minutes of peace are enough.
  await db.deleteFrom('code_guess').where('id', '=', id).execute()
  throw new AtollError('TooManyRequests')
}
