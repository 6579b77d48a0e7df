import { packageKey, versionKey } from '#common/names/index.ts'
import type { DeclaredSource, Provenance } from '#common/provenance/index.ts'
import { app } from '#lexicons'
import { type Db, publicNetwork as network, type Tx } from '../../schema/index.ts'
import { findRecord } from '../records/find-record.ts'

export interface PublicBundle {
  version: string
  /** By its own account. */
  read: boolean
  verified: Provenance | null
  refusal: string | null
}

/** What the bundles prove that versions of a public package name; nothing of versions that name none. */
export async function publicBundles(
  db: Db | Tx,
  { did, name }: { did: string; name: string },
  versions: readonly string[],
): Promise<PublicBundle[]> {
  if (versions.length === 0) return []
  const numbers = new Map(versions.map((version) => [versionKey(name, version), version]))
  const rows = await db
    .selectFrom('mirror_bundle')
    .where('network', '=', network)
    .where('did', '=', did)
    .where('rkey', 'in', [...numbers.keys()])
    .select(['rkey', 'roots', 'verified', 'refusal'])
    .execute()
  return rows.flatMap(({ rkey, roots, verified, refusal }) => {
    const version = numbers.get(rkey)
    return version === undefined ? [] : [{ version, read: roots !== null, verified, refusal }]
  })
}

/** Where a public package is built, as its account says today: that is its own word, as everything else of a single party is. */
export async function publicSource(db: Db | Tx, did: string, name: string): Promise<DeclaredSource | undefined> {
  return (await findRecord(db, app.npm.package.record, { did, rkey: packageKey(name) }))?.source
}

/** The bundle of a version, when it verifies. */
export async function findPublicBundle(
  db: Db,
  { did, name, version }: { did: string; name: string; version: string },
): Promise<{ bundle: Buffer; predicateType: string } | undefined> {
  const row = await db
    .selectFrom('mirror_bundle')
    .where('network', '=', network)
    .where('did', '=', did)
    .where('rkey', '=', versionKey(name, version))
    .select(['bundle', 'verified'])
    .executeTakeFirst()
  if (row === undefined || row.bundle === null || row.verified === null) return undefined
  return { bundle: row.bundle, predicateType: row.verified.predicateType }
}
