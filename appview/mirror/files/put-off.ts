import { type Db, publicNetwork as network } from '../../schema/index.ts'
import type { NamedFile } from './next-file.ts'

const firstPauseMs = 500
const longestPauseMs = 3_600_000

/** One that cannot be read now is tried again, later each time, and is in nobody's way until then. */
export async function putOff(db: Db, { kind, did, key, failures }: NamedFile, now: Date): Promise<void> {
  const pauseMs = Math.min(firstPauseMs * 2 ** Math.min(failures, 20), longestPauseMs)
  const later = { due_at: new Date(+now + pauseMs), failures: failures + 1 }
  if (kind === 'bundle') {
    await db
      .updateTable('mirror_bundle')
      .set(later)
      .where('network', '=', network)
      .where('did', '=', did)
      .where('rkey', '=', key)
      .execute()
    return
  }
  await db
    .updateTable('mirror_readme')
    .set(later)
    .where('network', '=', network)
    .where('did', '=', did)
    .where('name', '=', key)
    .execute()
}
