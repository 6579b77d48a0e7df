import { app } from '#lexicons'
import { touchOrgsNaming } from '../rights/touch-orgs.ts'
import { network, type Tx } from '../schema/index.ts'
import { defineCollection } from './collection.ts'

/** Who is in which groups, as the people PDS had it from their identity provider. */
export const memberships = defineCollection<app.npm.org.membership.Main>(app.npm.org.membership, {
  role: 'people',
  isConsistent: (_value, { rkey }) => rkey === 'self',

  async put({ tx, impact, countsMembership }, { did }, { issuer, groups, observedAt }) {
    const before = await findMembership(tx, did)
    const row = { issuer, groups, observed_at: observedAt, counts: countsMembership({ issuer, observedAt }) }
    await tx
      .insertInto('membership')
      .values({ network, did, ...row })
      .onConflict((conflict) => conflict.columns(['network', 'did']).doUpdateSet(row))
      .execute()
    await touchOrgsNaming(tx, impact, changedGroups(before, row))
  },

  async remove({ tx, impact }, { did }) {
    const before = await findMembership(tx, did)
    await tx.deleteFrom('membership').where('network', '=', network).where('did', '=', did).execute()
    await touchOrgsNaming(tx, impact, before.groups)
  },
})

interface Membership {
  groups: readonly string[]
  counts: boolean
}

async function findMembership(tx: Tx, did: string): Promise<Membership> {
  const row = await tx
    .selectFrom('membership')
    .where('network', '=', network)
    .where('did', '=', did)
    .select(['groups', 'counts'])
    .executeTakeFirst()
  return row ?? { groups: [], counts: false }
}

/** The groups in which somebody is now and was not before, or the other way round. */
function changedGroups(before: Membership, now: Membership): string[] {
  const counting = ({ groups, counts }: Membership) => new Set(counts ? groups : [])
  return [...counting(before).symmetricDifference(counting(now))]
}
