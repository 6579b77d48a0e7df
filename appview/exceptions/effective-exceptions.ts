import { app } from '#lexicons'
import type { EffectiveMetadata } from '../ledger/metadata-history.ts'
import { type Db, type ExceptionValue, network, type Tx } from '../schema/index.ts'

/** An exception that took effect last under its key; withdrawn ones too. */
export interface EffectiveException extends Pick<EffectiveMetadata, 'name' | 'rkey' | 'cid'> {
  /** DID of the organisation in which it was decided. */
  org: string
  value: ExceptionValue
}

/** @param about.name of one package; undefined: of all. @param about.org of one organisation; undefined: of all */
export async function effectiveExceptions(
  db: Db | Tx,
  { name, org }: { name?: string | undefined; org?: string | undefined },
): Promise<EffectiveException[]> {
  let query = db
    .selectFrom('ledger_metadata')
    .distinctOn(['name', 'org', 'rkey'])
    .where('network', '=', network)
    .where('collection', '=', app.npm.policy.exception.$nsid)
    .orderBy('name')
    .orderBy('org')
    .orderBy('rkey')
    .orderBy('id', 'desc')
    .select(['org', 'name', 'rkey', 'cid', 'value'])
  if (name !== undefined) query = query.where('name', '=', name)
  if (org !== undefined) query = query.where('org', '=', org)
  const rows = await query.execute()
  return rows.flatMap(({ value, ...row }) => (value.kind === 'exception' ? [{ ...row, value }] : []))
}
