import { app } from '#lexicons'
import { claimScopes } from '../ledger/scopes.ts'
import { network } from '../schema/index.ts'
import { defineCollection } from './collection.ts'

/** The organisations of this network and their first managers, as the registry's own repository names them. */
export const registryOrgs = defineCollection<app.npm.registry.org.Main>(app.npm.registry.org, {
  role: 'people',
  isConsistent: ({ org }, { did, rkey }, { registryDid }) => did === registryDid && org === rkey,

  async put({ tx, impact }, { cid }, { org, managers }) {
    await tx
      .insertInto('registry_org')
      .values({ network, org, cid, managers })
      .onConflict((conflict) => conflict.columns(['network', 'org']).doUpdateSet({ cid, managers }))
      .execute()
    await claimScopes(tx, org)
    impact.touchRights(org)
  },

  async remove({ tx, impact, registryDid }, { did, rkey: org }) {
    if (did !== registryDid) return
    await tx.deleteFrom('registry_org').where('network', '=', network).where('org', '=', org).execute()
    impact.touchRights(org)
  },
})
