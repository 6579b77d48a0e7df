import { sql } from '#common/db/index.ts'
import { app } from '#lexicons'
import { versionOfKey } from '../index/keys.ts'
import type { Scene } from '../ingest/apply/scene.ts'
import { raiseAlarm } from '../notices/index.ts'
import { network, type Tx } from '../schema/index.ts'

interface Sight {
  org: string
  name: string
  version: string
  cid: string
}

/** A repository that is read whole may hold any number. */
const sightsPerStatement = 5_000

/**
 * Versions are immutable: the first record at a version's key is the version, well-formed or not, and any other that
 * ever stands there marks it as tampered with, for ever.
 */
export async function rememberFirstSights({ tx, changes, log, clock }: Scene): Promise<void> {
  const sights: Sight[] = []
  for (const { did: org, collection, rkey, cid } of changes) {
    const key = collection === app.npm.package.version.$nsid ? versionOfKey(rkey) : undefined
    if (key === undefined) continue
    if (cid !== null) sights.push({ org, ...key, cid })
    else {
      log.error({ alarm: 'version-deleted', network, org, ...key }, 'a version record was deleted')
      await raiseAlarm(tx, { alarm: 'version-deleted', org, ...key }, new Date(clock.now()))
    }
  }
  for (let start = 0; start < sights.length; start += sightsPerStatement) {
    for (const tampered of await remember(tx, sights.slice(start, start + sightsPerStatement))) {
      log.error({ alarm: 'version-tampered', network, ...tampered }, 'a version record was changed')
      await raiseAlarm(tx, { alarm: 'version-tampered', ...tampered }, new Date(clock.now()))
    }
  }
}

/** @returns those in whose place another record was seen first, and that are new */
async function remember(tx: Tx, sights: readonly Sight[]): Promise<Sight[]> {
  const column = (name: keyof Sight) => sql`${sights.map((sight) => sight[name])}::text[]`
  const seen = sql`unnest(${column('org')}, ${column('name')}, ${column('version')}, ${column('cid')})`
  await sql`INSERT INTO ledger_version (network, org, name, version, first_cid)
    SELECT ${network}, * FROM ${seen} ON CONFLICT DO NOTHING`.execute(tx)
  const tampered = await sql<Sight>`INSERT INTO ledger_tampering (network, org, name, version, cid)
    SELECT first.network, first.org, first.name, first.version, seen.cid
    FROM ${seen} AS seen (org, name, version, cid)
    JOIN ledger_version first ON first.network = ${network} AND first.org = seen.org AND first.name = seen.name
      AND first.version = seen.version
    WHERE first.first_cid <> seen.cid
    ON CONFLICT DO NOTHING RETURNING org, name, version, cid`.execute(tx)
  return tampered.rows
}
