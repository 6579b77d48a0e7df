import { sql } from '#common/db/index.ts'
import { type Db, publicNetwork as network } from '../../schema/index.ts'

/** `known` were read before; `new` never. */
export type Lane = 'known' | 'new'

export interface Behind {
  did: string
  /** Origin; null before it was resolved once. */
  pds: string | null
  failures: number
}

/**
 * A repository that has to be read and may be, by now: whoever waits longest.
 * @param busy those being read, of whose hosts no other is read meanwhile: one that stalls keeps one worker
 */
export async function nextBehind(
  db: Db,
  { lane, busy, now }: { lane: Lane; busy: readonly Pick<Behind, 'did' | 'pds'>[]; now: Date },
): Promise<Behind | undefined> {
  const hosts = busy.flatMap(({ pds }) => pds ?? [])
  const { rows } = await sql<Behind>`SELECT did, pds, failures FROM mirror_repo
    WHERE network = ${network} AND state <> 'synchronised' AND active AND (rev IS NULL) = ${lane === 'new'}
      AND (retry_at IS NULL OR retry_at <= ${now}) AND did <> ALL(${busy.map(({ did }) => did)}::text[])
      AND (pds IS NULL OR pds <> ALL(${hosts}::text[]))
    ORDER BY retry_at NULLS FIRST, did LIMIT 1`.execute(db)
  return rows[0]
}
