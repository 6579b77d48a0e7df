import type { Logger } from '#common/log/index.ts'
import { raiseAlarm } from '../../notices/index.ts'
import { network as inside, type Tx } from '../../schema/index.ts'
import type { PublicRecords } from './read-records.ts'

/**
 * The public face of an account of ours has copies of its versions and nothing else. One that is other than inside, or is not there at
 * all, was made by somebody who has the keys of that face: nobody here is served it, and somebody should look.
 * @returns whether the account is one of ours
 */
export async function compareWithOurs(
  tx: Tx,
  { did, name, versions }: PublicRecords,
  { log, now }: { log: Logger; now: Date },
): Promise<boolean> {
  const ours = await tx
    .selectFrom('repo')
    .where('network', '=', inside)
    .where('did', '=', did)
    .select('did')
    .executeTakeFirst()
  if (ours === undefined) return false
  const rows = await tx
    .selectFrom('version')
    .where('network', '=', inside)
    .where('org', '=', did)
    .where('name', '=', name)
    .select(['version', 'cid'])
    .execute()
  const known = new Map(rows.map(({ version, cid }) => [version, cid]))
  for (const { cid, value } of versions) {
    const { version } = value
    if (known.get(version) === cid) continue
    log.error({ alarm: 'public-differs', org: did, name, version, cid }, 'a public version is not the one inside')
    await raiseAlarm(tx, { alarm: 'public-differs', org: did, name, version, cid }, now)
  }
  return true
}
