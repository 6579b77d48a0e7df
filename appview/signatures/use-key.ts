import { renderAgain } from '../due/due.ts'
import { type Db, network } from '../schema/index.ts'
import type { RegistrySigner } from './registry-signer.ts'

/** With a key that was never used, everything is signed anew; what clients still hold of the former one verifies as long as it is listed. */
export async function useKey(db: Db, { keyid }: RegistrySigner, now: Date): Promise<void> {
  await db.transaction().execute(async (tx) => {
    const noted = await tx
      .insertInto('registry_key')
      .values({ network, keyid, first_used_at: now })
      .onConflict((conflict) => conflict.doNothing())
      .returning('keyid')
      .executeTakeFirst()
    if (noted === undefined) return
    const packages = await tx
      .selectFrom('packument')
      .where('network', '=', network)
      .where('form', '=', 'full')
      .select(['org', 'name'])
      .execute()
    await renderAgain(
      tx,
      packages.map(({ org, name }) => ({ source: 'private', org, name })),
      now,
    )
  })
}
