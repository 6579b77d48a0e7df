import { sql } from '#common/db/index.ts'
import type { PackageId } from '../ingest/apply/impact.ts'
import type { Manifest } from '../render/manifest-fields.ts'
import { network as inside, type Network, type Tx } from '../schema/index.ts'
import { describePackage } from './describe-package.ts'

/** Found is what is served, and it changes together with it. @param full undefined when nothing of it may be installed */
export async function keepEntry(
  tx: Tx,
  { org, name }: PackageId,
  full: Manifest | undefined,
  network: Network = inside,
): Promise<void> {
  if (full === undefined) {
    await tx
      .deleteFrom('search_entry')
      .where('network', '=', network)
      .where('org', '=', org)
      .where('name', '=', name)
      .execute()
    return
  }
  const { words, summary, ...asked } = describePackage(full)
  const row = {
    ...asked,
    summary: JSON.stringify(summary),
    words: sql<string>`setweight(to_tsvector('simple', ${words.name}), 'A')
      || setweight(to_tsvector('simple', ${words.keywords}), 'B')
      || setweight(to_tsvector('simple', ${words.description}), 'C')
      || setweight(to_tsvector('simple', ${words.people}), 'D')`,
  }
  await tx
    .insertInto('search_entry')
    .values({ network, org, name, ...row })
    .onConflict((conflict) => conflict.columns(['network', 'org', 'name']).doUpdateSet(row))
    .execute()
}
