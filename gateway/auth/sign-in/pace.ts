import type { Clock } from '#common/clock/index.ts'
import type { Kysely } from '#common/db/index.ts'
import { AtollError } from '#common/errors/index.ts'
import type { GatewayTables, SignInRow } from '../../database/tables.ts'

/** How often a device asks whether its person is done, in seconds (RFC 8628, section 3.2). */
export const firstIntervalSeconds = 5
const slowerBySeconds = 5
// Who keeps to the interval may arrive a little early, when the request before took longer.
const toleranceMs = 1_000

/**
 * Notes that a device asks now, and slows down one that asks too often.
 * @throws DevicePolledTooFast, with the interval that counts from now on (RFC 8628, section 3.5: five seconds more each time)
 */
export async function keepPace(
  { db, clock }: { db: Kysely<GatewayTables>; clock: Clock },
  { done_hash, polled_at, poll_seconds }: SignInRow,
): Promise<void> {
  const now = clock.now()
  const seconds = poll_seconds ?? firstIntervalSeconds
  const tooFast = polled_at !== null && now - polled_at.getTime() < seconds * 1000 - toleranceMs
  const next = tooFast ? seconds + slowerBySeconds : seconds
  await db
    .updateTable('sign_in')
    .set({ polled_at: new Date(now), poll_seconds: next })
    .where('done_hash', '=', done_hash)
    .execute()
  if (tooFast) throw new AtollError('DevicePolledTooFast', { seconds: next })
}
