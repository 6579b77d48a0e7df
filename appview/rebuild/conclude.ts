import { sql } from '#common/db/index.ts'
import { applyChanges } from '../ingest/apply/apply-changes.ts'
import { Impact } from '../ingest/apply/impact.ts'
import { everything } from '../ingest/backfill/complete-backfill.ts'
import { writeAlone } from '../ingest/write-alone.ts'
import { network, type Tx } from '../schema/index.ts'
import type { Rebuild } from './context.ts'
import type { LiveState } from './look-at-live.ts'

/**
 * Judges and renders what the index in use has judged and rendered up to this moment: everything the first time, and after that what
 * it says has changed.
 */
export async function conclude(rebuild: Rebuild, { updates }: LiveState): Promise<void> {
  const { next, schemas, concludedUpTo } = rebuild
  const impact = await next
    .transaction()
    .execute(async (tx) => (await changedSince(tx, schemas.live, concludedUpTo)) ?? (await everything(tx)))
  // Rights first: by them everything else is judged.
  const rights = new Impact()
  for (const org of impact.rights) rights.touchRights(org)
  await concludePart(rebuild, rights)
  const { packages } = impact
  for (let start = 0; start < packages.length; start += batchSize) {
    const part = new Impact()
    for (const { org, name } of packages.slice(start, start + batchSize)) part.touchPackage(org, name)
    await concludePart(rebuild, part)
    for (const { name } of part.packages) rebuild.report({ stage: 'render', name, total: packages.length })
  }
  rebuild.concludedUpTo = updates
}

/** Packages in a transaction. */
const batchSize = 50

async function concludePart({ next, ingest, stop }: Rebuild, impact: Impact): Promise<void> {
  stop.throwIfAborted()
  await writeAlone(next, (tx) => applyChanges({ ...ingest.setting, tx, changes: [], impact }, { conclude: true }))
}

/** @returns undefined when that cannot be told any more */
async function changedSince(tx: Tx, schema: string, since: number | undefined): Promise<Impact | undefined> {
  if (since === undefined) return undefined
  const rows = await tx
    .withSchema(schema)
    .selectFrom('update')
    .where('network', '=', network)
    .where('seq', '>=', since)
    .select(['seq', 'kind', 'org', 'name'])
    .execute()
  // The AppView forgets old ones.
  if (since > 0 && !rows.some(({ seq }) => seq === since)) return undefined
  const impact = new Impact()
  for (const { kind, org, name } of rows) {
    if (org === null) continue
    if (kind === 'rights') impact.touchRights(org)
    else if (name !== null) impact.touchPackage(org, name)
  }
  return impact
}

/** What did not change keeps the time of its last change, which clients were told. */
export async function keepTimes({ next, schemas }: Rebuild): Promise<void> {
  await sql`UPDATE packument n SET last_modified = l.last_modified FROM ${sql.id(schemas.live, 'packument')} l
    WHERE (l.network, l.org, l.name, l.form, l.etag) = (n.network, n.org, n.name, n.form, n.etag)
      AND l.last_modified <> n.last_modified`.execute(next)
  await sql`UPDATE version n SET indexed_at = l.indexed_at FROM ${sql.id(schemas.live, 'version')} l
    WHERE (l.network, l.org, l.name, l.version, l.cid) = (n.network, n.org, n.name, n.version, n.cid)
      AND l.indexed_at <> n.indexed_at`.execute(next)
}
