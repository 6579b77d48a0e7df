import { isHandleScope, parseClaimableName } from '#common/names/index.ts'
import { recordUri } from '#common/records/index.ts'
import { app } from '#lexicons'
import { rememberGrant } from '../ledger/names.ts'
import { network } from '../schema/index.ts'
import { defineCollection } from './collection.ts'
import { claimKeyOf } from './keys.ts'

/** The registry's half of who has which name. Whether it counts, the ledger says. */
export const nameGrants = defineCollection<app.npm.name.grant.Main>(app.npm.name.grant, {
  role: 'people',
  isConsistent: ({ name, org, claim }, { did, rkey }, { registryDid }) =>
    did === registryDid &&
    claimKeyOf(name) === rkey &&
    (claim === undefined
      ? isHandleScope(parseClaimableName(name).scope ?? '')
      : claim.uri === recordUri(org, app.npm.name.claim.$nsid, rkey)),

  async put({ tx, impact }, { rkey: key, cid }, { name, org, claim, withdrawn = false, createdAt }) {
    const row = { name, org, claim_cid: claim?.cid ?? null, cid, withdrawn, created_at: createdAt }
    await tx
      .insertInto('name_grant')
      .values({ network, key, ...row })
      .onConflict((conflict) => conflict.columns(['network', 'key']).doUpdateSet(row))
      .execute()
    await rememberGrant(tx, key, cid)
    impact.touchRights(org)
  },

  async remove({ tx, impact, registryDid }, { did, rkey }) {
    if (did !== registryDid) return
    const removed = await tx
      .deleteFrom('name_grant')
      .where('network', '=', network)
      .where('key', '=', rkey)
      .returning('org')
      .executeTakeFirst()
    if (removed !== undefined) impact.touchRights(removed.org)
  },
})
