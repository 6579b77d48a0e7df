import { type Db, publicNetwork as network, type Tx } from '../../schema/index.ts'
import { readRecord } from './read-record.ts'

/** A record as it stands in a public repository. @returns undefined when there is none, or a malformed one */
export async function findRecord<Value>(
  db: Db | Tx,
  lexicon: Parameters<typeof readRecord<Value>>[0] & { $nsid: string },
  { did, rkey }: { did: string; rkey: string },
): Promise<Value | undefined> {
  const row = await db
    .selectFrom('mirror_record')
    .where('network', '=', network)
    .where('did', '=', did)
    .where('collection', '=', lexicon.$nsid)
    .where('rkey', '=', rkey)
    .select('body')
    .executeTakeFirst()
  return row && readRecord(lexicon, row.body)
}
