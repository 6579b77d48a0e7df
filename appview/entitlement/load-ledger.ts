import { sql } from '#common/db/index.ts'
import { groupKey } from '#common/groups/index.ts'
import { recordUri } from '#common/records/index.ts'
import { app } from '#lexicons'
import { type Db, network } from '../schema/index.ts'
import type { LedgerRight, RightsLedger } from './find-chain.ts'

const { team, permission, trustedPublisher } = app.npm.org
const collections = [team.$nsid, permission.$nsid, trustedPublisher.$nsid]

export interface DatedLedger extends RightsLedger {
  /** How many of them had taken effect at some time. */
  countAt(moment: Date): number
}

/** All rights of an organisation that ever took effect, and who manages it and is in its groups today. */
export async function loadLedger(db: Db, org: string): Promise<DatedLedger> {
  const rows = await db
    .selectFrom('ledger_right')
    .where('network', '=', network)
    .where('org', '=', org)
    .where('collection', 'in', collections)
    .orderBy('id')
    .select(['collection', 'rkey', 'cid', 'value', 'approved_by as approvedBy', 'effective_at as effectiveAt'])
    .execute()
  const rights = rows.map(({ collection, rkey, cid, value, approvedBy }) => {
    return { uri: recordUri(org, collection, rkey), cid, value, approvedBy }
  })
  const countAt = (moment: Date) => rows.findLastIndex(({ effectiveAt }) => effectiveAt <= moment) + 1
  return { managers: await namedManagers(db, org), rights, groups: await groupsOfPeople(db, rights), countAt }
}

async function namedManagers(db: Db, org: string): Promise<readonly string[]> {
  const registered = await db
    .selectFrom('registry_org')
    .where('network', '=', network)
    .where('org', '=', org)
    .select('managers')
    .executeTakeFirst()
  return registered?.managers ?? []
}

/** Also of those whose membership lapsed: their repository says it still, and that is what is shown. */
async function groupsOfPeople(db: Db, rights: readonly LedgerRight[]): Promise<Map<string, string[]>> {
  const keys = rights.flatMap(({ value }) => (value.kind === 'team' ? (value.groups ?? []).map(groupKey) : []))
  if (keys.length === 0) return new Map()
  const people = await db
    .selectFrom('membership')
    .where('network', '=', network)
    .where(sql<boolean>`groups && ${[...new Set(keys)]}::text[]`)
    .select(['did', 'groups'])
    .execute()
  return new Map(people.map(({ did, groups }) => [did, groups]))
}
