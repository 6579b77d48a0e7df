import type { Insertable } from 'kysely'
import { sql } from '#common/db/index.ts'
import type { Scene } from '../ingest/apply/scene.ts'
import { type AppViewTables, network } from '../schema/index.ts'

/** Postgres channel on which readers hear that there are new updates. */
export const updatesChannel = 'appview_updates'

/** Tells caches, and whoever waits for a version or right, when the transaction commits. */
export async function announce({ tx, impact }: Scene): Promise<void> {
  const rows: Insertable<AppViewTables['update']>[] = [
    ...Array.from(impact.rights, (org) => ({ network, kind: 'rights', org, name: null }) as const),
    ...impact.packages.map(({ org, name }) => ({ network, kind: 'package', org, name }) as const),
  ]
  for (let start = 0; start < rows.length; start += batchSize) {
    await tx
      .insertInto('update')
      .values(rows.slice(start, start + batchSize))
      .execute()
  }
  if (rows.length > 0) await sql`SELECT pg_notify(${updatesChannel}, '')`.execute(tx)
}

const batchSize = 1000
