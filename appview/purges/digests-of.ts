import { sql } from '#common/db/index.ts'
import { app } from '#lexicons'
import { type Db, network } from '../schema/index.ts'
import type { EffectivePurge } from './effective-purges.ts'

/**
 * SRI of the tarballs of a purged version: by these names caches keep them. One that another version has, which is not purged,
 * is not among them. Of upstream the same name in several registries is several packages, and each is meant.
 */
export async function digestsOf(db: Db, purge: EffectivePurge): Promise<string[]> {
  return purge.value.kind === 'purge' ? ofOurs(db, purge) : ofUpstream(db, purge)
}

async function ofOurs(db: Db, { org, name, value: { version } }: EffectivePurge): Promise<string[]> {
  const rows = await db
    .selectFrom('version as v')
    .where('v.network', '=', network)
    .where('v.org', '=', org)
    .where('v.name', '=', name)
    .where('v.version', '=', version)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('version as other')
            .whereRef('other.network', '=', 'v.network')
            .whereRef('other.name', '=', 'v.name')
            .whereRef('other.integrity', '=', 'v.integrity')
            .where((eb) =>
              eb.not(
                eb.exists(
                  eb
                    .selectFrom('ledger_metadata as l')
                    .whereRef('l.network', '=', 'other.network')
                    .whereRef('l.org', '=', 'other.org')
                    .whereRef('l.name', '=', 'other.name')
                    .where('l.collection', '=', app.npm.package.purge.$nsid)
                    .where(sql<boolean>`l.value ->> 'version' = other.version`)
                    .select('l.id'),
                ),
              ),
            )
            .select('other.version'),
        ),
      ),
    )
    .select('v.integrity')
    .execute()
  return rows.map(({ integrity }) => integrity)
}

/** A package from before 2017 may have a SHA-1 alone, by which gateways keep it then. */
async function ofUpstream(db: Db, { name, value: { version } }: EffectivePurge): Promise<string[]> {
  const rows = await db
    .selectFrom('upstream_file')
    .where(sql<boolean>`lower(name) = ${name}`)
    .where('version', '=', version)
    .select(['integrity', 'shasum'])
    .execute()
  return rows.flatMap(({ integrity, shasum }) => [
    ...(integrity === null ? [] : [integrity]),
    ...(shasum === null ? [] : [`sha1-${Buffer.from(shasum, 'hex').toString('base64')}`]),
  ])
}
