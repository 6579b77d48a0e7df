import { app } from '#lexicons'
import { type Db, network } from '../schema/index.ts'

/**
 * Whom names belong to by grant: the organisation that had both halves first, as long as both still stand, and it is
 * registered and active.
 * @returns an entry for every key that was ever granted with both halves; undefined in it when they no longer stand
 */
export async function grantedOwners(db: Db, keys: readonly string[]): Promise<Map<string, string | undefined>> {
  const rows = await standings(db).where('name.key', 'in', keys).execute()
  return new Map(rows.map((row) => [row.key, stands(row) ? row.org : undefined]))
}

/** Everything that was ever granted with both halves, and whether it still stands. */
export async function listGranted(db: Db): Promise<{ name: string; org: string; stands: boolean }[]> {
  const rows = await standings(db).execute()
  return rows.map((row) => ({ name: row.name, org: row.org, stands: stands(row) }))
}

type Standing = Awaited<ReturnType<ReturnType<typeof standings>['execute']>>[number]

function stands({ grant, claim, registered, role, active }: Standing): boolean {
  return grant !== null && claim !== null && registered !== null && role === 'org' && active === true
}

function standings(db: Db) {
  return db
    .selectFrom('ledger_name as name')
    .leftJoin('name_grant as grant', (join) =>
      join
        .onRef('grant.network', '=', 'name.network')
        .onRef('grant.key', '=', 'name.key')
        .onRef('grant.org', '=', 'name.org')
        .onRef('grant.claim_cid', '=', 'name.claim_cid'),
    )
    .leftJoin('right_record as claim', (join) =>
      join
        .onRef('claim.network', '=', 'name.network')
        .onRef('claim.org', '=', 'name.org')
        .on('claim.collection', '=', app.npm.name.claim.$nsid)
        .onRef('claim.rkey', '=', 'name.key')
        .onRef('claim.cid', '=', 'name.claim_cid'),
    )
    .leftJoin('registry_org', (join) =>
      join.onRef('registry_org.network', '=', 'name.network').onRef('registry_org.org', '=', 'name.org'),
    )
    .leftJoin('repo', (join) => join.onRef('repo.network', '=', 'name.network').onRef('repo.did', '=', 'name.org'))
    .where('name.network', '=', network)
    .orderBy('name.name')
    .select([
      'name.key',
      'name.name',
      'name.org',
      'grant.cid as grant',
      'claim.cid as claim',
      'registry_org.cid as registered',
      'repo.role',
      'repo.active',
    ])
}
