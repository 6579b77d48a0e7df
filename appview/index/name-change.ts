import { recordUri } from '#common/records/index.ts'
import { app } from '#lexicons'
import { rememberGrant } from '../ledger/names.ts'
import { network } from '../schema/index.ts'
import { defineCollection } from './collection.ts'
import { claimKeyOf } from './keys.ts'

/** The registry's third of handing a name over. Whether it counts, the ledger says. */
export const nameChanges = defineCollection<app.npm.name.change.Main>(app.npm.name.change, {
  role: 'people',
  isConsistent: ({ name, from, to, claim, transfer }, { did, rkey }, { registryDid }) =>
    did === registryDid &&
    from !== to &&
    claimKeyOf(name) === rkey &&
    claim.uri === recordUri(to, app.npm.name.claim.$nsid, rkey) &&
    transfer.uri === recordUri(from, app.npm.name.transfer.$nsid, rkey),

  async put({ tx, impact }, { rkey: key, cid }, { name, from, to, claim, transfer, withdrawn = false, createdAt }) {
    const halves = { transfer_cid: transfer.cid, claim_cid: claim.cid, cid }
    const row = { name, from_org: from, to_org: to, ...halves, withdrawn, created_at: createdAt }
    await tx
      .insertInto('name_change')
      .values({ network, key, ...row })
      .onConflict((conflict) => conflict.columns(['network', 'key']).doUpdateSet(row))
      .execute()
    await rememberGrant(tx, key, cid)
    for (const org of [from, to]) impact.touchRights(org)
  },

  async remove({ tx, impact, registryDid }, { did, rkey }) {
    if (did !== registryDid) return
    const removed = await tx
      .deleteFrom('name_change')
      .where('network', '=', network)
      .where('key', '=', rkey)
      .returning(['from_org', 'to_org'])
      .executeTakeFirst()
    if (removed !== undefined) for (const org of Object.values(removed)) impact.touchRights(org)
  },
})
