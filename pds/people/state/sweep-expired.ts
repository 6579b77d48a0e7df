import type { Clock } from '#common/clock/index.ts'
import type { Kysely } from '#common/db/index.ts'
import type { Logger } from '#common/log/index.ts'
import type { PeopleTables } from './tables.ts'

/** Forgets what nobody can use any more. People stay: handles and bindings are for good. */
export async function sweepExpired(db: Kysely<PeopleTables>, now: Date): Promise<void> {
  for (const table of ['session', 'idp_round', 'sign_in', 'code_guess', 'approval', 'batch'] as const) {
    await db.deleteFrom(table).where('expires_at', '<', now).execute()
  }
}

const intervalMs = 60_000

interface Sweeping {
  db: Kysely<PeopleTables>
  clock: Clock
  log: Logger
}

/** Sweeps every minute until it is disposed. */
export function keepSweeping({ db, clock, log }: Sweeping): Disposable {
  const sweep = () =>
    sweepExpired(db, new Date(clock.now())).catch((err: unknown) =>
      log.warn({ err }, 'expired rows could not be removed'),
    )
  const timer = setInterval(sweep, intervalMs)
  return { [Symbol.dispose]: () => clearInterval(timer) }
}
