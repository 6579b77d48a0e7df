import type { PDS } from '@atproto/pds'
import type { Kysely, OpenDatabase } from '#common/db/index.ts'
import { databaseAnswers, type HealthCheck, type Position, peerAnswers } from '#common/health/index.ts'
import type { Watched } from '#common/monitoring/index.ts'
import type { HostTables } from './database.ts'

export interface HostInSight {
  db: Kysely<HostTables>
  database: Pick<OpenDatabase<unknown>, 'connections'>
  pds: PDS
  /** Where accounts are looked up, if that is looked after. */
  directoryUrl?: string
}

/** A PDS of any role needs its database, its own repositories, and the directory that says who people are. */
export function watchHost({ db, database, pds, directoryUrl }: HostInSight): Watched {
  const repositories: HealthCheck = { name: 'repositories', essential: true, look: () => newestEvent(pds) }
  return {
    database,
    checks: [
      databaseAnswers(db),
      repositories,
      ...(directoryUrl === undefined ? [] : [peerAnswers('directory', directoryUrl, { essential: true })]),
    ],
    async progress() {
      const head = await newestEvent(pds)
      return head === undefined ? {} : { head }
    },
  }
}

/** Of those the firehose shows: an event that was invalidated is never sent. */
export async function newestEvent({ ctx }: PDS): Promise<Position | undefined> {
  const row = await ctx.sequencer.db.db
    .selectFrom('repo_seq')
    .select(['seq', 'sequencedAt'])
    .where('invalidated', '=', 0)
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row === undefined || row.seq === null ? undefined : { seq: row.seq, at: row.sequencedAt }
}
