import { app } from '#lexicons'
import { claimScopes } from '../ledger/scopes.ts'
import { network } from '../schema/index.ts'
import { defineCollection } from './collection.ts'

/** The organisations of this network and who the registry lets manage them, as the registry's own repository names them. */
export const registryOrgs = defineCollection<app.npm.registry.org.Main>(app.npm.registry.org, {
  role: 'people',
  isConsistent: ({ org }, { did, rkey }, { registryDid }) => did === registryDid && org === rkey,

  async put({ tx, impact, log }, { cid }, { org, managers, temporaryManagers = [] }) {
    // The people PDS says so, too; but it is the one who wrote this, and may be broken.
    if (temporaryManagers.length > 0) {
      log.error({ alarm: 'break-glass', org, temporaryManagers }, 'the registry names managers for a while')
    }
    const row = { cid, managers, temporary_managers: JSON.stringify(temporaryManagers) }
    await tx
      .insertInto('registry_org')
      .values({ network, org, ...row })
      .onConflict((conflict) => conflict.columns(['network', 'org']).doUpdateSet(row))
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
