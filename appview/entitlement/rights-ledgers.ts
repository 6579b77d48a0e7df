import { LRUCache } from 'lru-cache'
import { sql } from '#common/db/index.ts'
import { groupKey } from '#common/groups/index.ts'
import { recordUri } from '#common/records/index.ts'
import { app } from '#lexicons'
import { type Db, network } from '../schema/index.ts'
import type { LedgerRight, RightsLedger } from './find-chain.ts'

const { team, permission, trustedPublisher } = app.npm.org
const collections = [team.$nsid, permission.$nsid, trustedPublisher.$nsid]
/** Of all organisations together; each is about a kilobyte. */
const maxRights = 50_000

export interface DatedLedger extends RightsLedger {
  /** How many of them had taken effect at some time. */
  countAt(moment: Date): number
}

/** What took effect, up to some row. */
interface Read extends Pick<DatedLedger, 'rights' | 'countAt'> {
  upTo: string
  /** Keys of all groups that teams ever named. */
  groupKeys: readonly string[]
}

/**
 * All rights of organisations that ever took effect. Rows are added and never changed, so what was read is good until there is another;
 * who manages, and who is in which group, is asked each time.
 */
export class RightsLedgers {
  readonly #db: Db
  readonly #read = new LRUCache<string, Read>({
    maxSize: maxRights,
    sizeCalculation: ({ rights }) => rights.length + 1,
  })

  constructor(db: Db) {
    this.#db = db
  }

  /** With who manages the organisation and is in its groups today. */
  async of(org: string): Promise<DatedLedger> {
    const { rights, countAt, groupKeys } = await this.#rightsOf(org)
    return {
      managers: await namedManagers(this.#db, org),
      rights,
      groups: await groupsOfPeople(this.#db, groupKeys),
      countAt,
    }
  }

  async #rightsOf(org: string): Promise<Read> {
    const upTo = await lastRow(this.#db, org)
    const known = this.#read.get(org)
    if (known?.upTo === upTo) return known
    const read = { ...(await readRights(this.#db, org)), upTo }
    this.#read.set(org, read)
    return read
  }
}

/** How many rows there are, too: a ledger that was restored from a backup may come to the same number with others. */
async function lastRow(db: Db, org: string): Promise<string> {
  const { rows } = await sql<{ last: string }>`SELECT count(*) || ' ' || coalesce(max(id), 0) AS last FROM ledger_right
    WHERE network = ${network} AND org = ${org}`.execute(db)
  return rows[0]?.last ?? ''
}

async function readRights(db: Db, org: string): Promise<Omit<Read, 'upTo'>> {
  const rows = await db
    .selectFrom('ledger_right')
    .where('network', '=', network)
    .where('org', '=', org)
    .where('collection', 'in', collections)
    .orderBy('id')
    .select(['collection', 'rkey', 'cid', 'value', 'approved_by as approvedBy', 'effective_at as effectiveAt'])
    .execute()
  const rights = rows.map(({ collection, rkey, cid, value, approvedBy }): LedgerRight => {
    return { uri: recordUri(org, collection, rkey), cid, value, approvedBy }
  })
  const times = rows.map(({ effectiveAt }) => effectiveAt)
  const groupKeys = rights.flatMap(({ value }) => (value.kind === 'team' ? (value.groups ?? []).map(groupKey) : []))
  return {
    rights,
    countAt: (moment) => times.findLastIndex((effectiveAt) => effectiveAt <= moment) + 1,
    groupKeys: [...new Set(groupKeys)],
  }
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
async function groupsOfPeople(db: Db, keys: readonly string[]): Promise<Map<string, string[]>> {
  if (keys.length === 0) return new Map()
  const people = await db
    .selectFrom('membership')
    .where('network', '=', network)
    .where(sql<boolean>`groups && ${keys}::text[]`)
    .select(['did', 'groups'])
    .execute()
  return new Map(people.map(({ did, groups }) => [did, groups]))
}
