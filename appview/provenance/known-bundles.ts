import type { Provenance } from '#common/provenance/index.ts'
import { type Db, network, type Tx } from '../schema/index.ts'

/** The bundle that a version's record names. */
export interface KnownBundle {
  version: string
  /** Null while nobody read it; and of a bundle that is not the version's any more. */
  read: boolean
  verified: Provenance | null
  refusal: string | null
}

/** Of all versions of a package that have one. */
export async function bundlesOf(db: Db | Tx, org: string, name: string): Promise<KnownBundle[]> {
  const rows = await db
    .selectFrom('version as v')
    .leftJoin('provenance as p', (join) =>
      join
        .onRef('p.network', '=', 'v.network')
        .onRef('p.org', '=', 'v.org')
        .onRef('p.name', '=', 'v.name')
        .onRef('p.version', '=', 'v.version')
        .onRef('p.cid', '=', 'v.provenance_cid'),
    )
    .where('v.network', '=', network)
    .where('v.org', '=', org)
    .where('v.name', '=', name)
    .where('v.provenance_cid', 'is not', null)
    .select(['v.version', 'p.cid', 'p.verified', 'p.refusal'])
    .execute()
  return rows.map(({ cid, ...row }) => ({ ...row, read: cid !== null }))
}

/** Predicate types of the verified bundles of a package, by version: what its packument tells of them. */
export async function attestedBuilds(db: Db | Tx, org: string, name: string): Promise<ReadonlyMap<string, string>> {
  const known = await bundlesOf(db, org, name)
  return new Map(
    known.flatMap(({ version, verified }) => (verified === null ? [] : [[version, verified.predicateType] as const])),
  )
}

/** The bundle that a version's record names, and what it proves. @returns undefined when it has none, or nobody read it yet */
export function findBundle(
  db: Db,
  { org, name, version }: { org: string; name: string; version: string },
): Promise<{ bundle: Buffer; verified: Provenance | null } | undefined> {
  return db
    .selectFrom('provenance as p')
    .innerJoin('version as v', (join) =>
      join
        .onRef('v.network', '=', 'p.network')
        .onRef('v.org', '=', 'p.org')
        .onRef('v.name', '=', 'p.name')
        .onRef('v.version', '=', 'p.version')
        .onRef('v.provenance_cid', '=', 'p.cid'),
    )
    .where('p.network', '=', network)
    .where('p.org', '=', org)
    .where('p.name', '=', name)
    .where('p.version', '=', version)
    .select(['p.bundle', 'p.verified'])
    .executeTakeFirst()
}
