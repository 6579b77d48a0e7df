import { app } from '#lexicons'
import type { DueSubject } from '../due/index.ts'
import { type Db, network, type PurgeValue, type Tx, type UpstreamPurgeValue } from '../schema/index.ts'

const own = app.npm.package.purge.$nsid
const upstream = app.npm.upstream.purge.$nsid

/** A purge in effect. */
export interface EffectivePurge {
  /** Place in the ledger: in the order in which purges took effect. */
  id: number
  /** Whose repository has it. */
  org: string
  name: string
  collection: string
  rkey: string
  cid: string
  value: PurgeValue | UpstreamPurgeValue
  approvedBy: string
  effectiveAt: Date
}

/** Of one package: its organisation's own, or of upstream's every organisation's. */
export function purgesOfPackage(db: Db | Tx, subject: DueSubject): Promise<EffectivePurge[]> {
  const query = effective(db).where('name', '=', subject.name.toLowerCase())
  if (subject.source === 'upstream') return read(query.where('collection', '=', upstream))
  return read(query.where('collection', '=', own).where('org', '=', subject.org))
}

/** A page of all there are. @param after `id` of the last one of the page before */
export function listEffective(db: Db, after: number, limit: number): Promise<EffectivePurge[]> {
  return read(effective(db).where('id', '>', after).limit(limit))
}

function effective(db: Db | Tx) {
  return db
    .selectFrom('ledger_metadata')
    .where('network', '=', network)
    .where('collection', 'in', [own, upstream])
    .orderBy('id')
    .select(['id', 'org', 'name', 'collection', 'rkey', 'cid', 'value'])
    .select(['approved_by as approvedBy', 'effective_at as effectiveAt'])
}

async function read(query: ReturnType<typeof effective>): Promise<EffectivePurge[]> {
  const rows = await query.execute()
  return rows.flatMap(({ value, ...row }) =>
    value.kind === 'purge' || value.kind === 'upstreamPurge' ? [{ ...row, value }] : [],
  )
}
