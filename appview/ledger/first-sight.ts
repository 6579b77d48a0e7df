import { app } from '#lexicons'
import { versionOfKey } from '../index/keys.ts'
import type { Scene } from '../ingest/apply/scene.ts'
import { network } from '../schema/index.ts'

/**
 * Versions are immutable: the first record at a version's key is the version, well-formed or not, and any other that
 * ever stands there marks it as tampered with, for ever.
 */
export async function rememberFirstSights({ tx, changes, log }: Scene): Promise<void> {
  for (const { did: org, collection, rkey, cid } of changes) {
    if (collection !== app.npm.package.version.$nsid) continue
    const key = versionOfKey(rkey)
    if (key === undefined) continue
    const id = { network, org, ...key } as const
    if (cid === null) {
      log.error({ alarm: 'version-deleted', ...id }, 'a version record was deleted')
      continue
    }
    await tx
      .insertInto('ledger_version')
      .values({ ...id, first_cid: cid })
      .onConflict((conflict) => conflict.doNothing())
      .execute()
    const tampered = await tx
      .insertInto('ledger_tampering')
      .columns(['network', 'org', 'name', 'version', 'cid'])
      .expression((eb) =>
        eb
          .selectFrom('ledger_version')
          .where('network', '=', network)
          .where('org', '=', org)
          .where('name', '=', key.name)
          .where('version', '=', key.version)
          .where('first_cid', '<>', cid)
          .select(['network', 'org', 'name', 'version', eb.val(cid).as('cid')]),
      )
      .onConflict((conflict) => conflict.doNothing())
      .returning('cid')
      .execute()
    if (tampered.length > 0) log.error({ alarm: 'version-tampered', ...id, cid }, 'a version record was changed')
  }
}
