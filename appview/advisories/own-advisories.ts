import type { AtUriString, DidString } from '@atproto/syntax'
import { advisoryOf, ownSource, type SourcedAdvisory } from '#common/advisories/index.ts'
import { recordUri } from '#common/records/index.ts'
import { app } from '#lexicons'
import { type Db, network, type Tx } from '../schema/index.ts'

/** An advisory of an organisation's own that took effect last under its id; withdrawn ones too. */
export interface OwnAdvisoryFound extends SourcedAdvisory {
  /** DID of the organisation. */
  org: string
  /** Package, in lower case. */
  name: string
  own: app.npm.security.defs.Own
}

/** @param about.names in lower case; undefined: of all packages. @param about.id undefined: whichever */
export async function ownAdvisories(
  db: Db | Tx,
  { names, id }: { names?: readonly string[] | undefined; id?: string | undefined },
): Promise<OwnAdvisoryFound[]> {
  let query = db
    .selectFrom('ledger_metadata')
    .distinctOn(['name', 'org', 'rkey'])
    .where('network', '=', network)
    .where('collection', '=', app.npm.security.advisory.$nsid)
    .orderBy('name')
    .orderBy('org')
    .orderBy('rkey')
    .orderBy('id', 'desc')
    .select(['org', 'name', 'rkey', 'cid', 'value', 'approved_by as by'])
  if (names !== undefined) query = query.where('name', 'in', names)
  if (id !== undefined) query = query.where('rkey', '=', id)
  const rows = names?.length === 0 ? [] : await query.execute()
  return rows.flatMap(({ value, org, name, rkey, cid, by }) => {
    if (value.kind !== 'advisory') return []
    const { details, references, reason } = value.record
    const uri = recordUri(org, app.npm.security.advisory.$nsid, rkey) as AtUriString
    const own = {
      record: { uri, cid },
      ...{ org: org as DidString, by: by as DidString, references },
      ...(details === undefined ? {} : { details }),
      ...(reason === undefined ? {} : { reason }),
    }
    return [{ source: ownSource, advisory: advisoryOf(value.record), own, org, name }]
  })
}
