import type { DidString } from '@atproto/syntax'
import { AtollError } from '#common/errors/index.ts'
import { type ClaimableName, parseClaimableName } from '#common/names/index.ts'
import { method } from '#common/xrpc/index.ts'
import { app } from '#lexicons'
import { findRepo } from '../ingest/repos.ts'
import { effectiveRights } from '../ledger/rights-history.ts'
import { askUpstream } from '../names/ask-upstream.ts'
import { gatherClaimFacts } from '../names/gather-claim-facts.ts'
import { grantedOwners } from '../names/owners.ts'
import { refuseClaim } from '../names/refuse-claim.ts'
import { type Db, network } from '../schema/index.ts'
import { nameAsking, type XrpcContext } from './context.ts'

/** How far an organisation is with a name, why it cannot have it, and what upstream has there, which is asked for this alone. */
export function getClaim(context: XrpcContext): void {
  method(context.server, app.npm.registry.getClaim, {
    auth: context.authorize(nameAsking),
    handler: async ({ params: { org: did, name: raw } }) => {
      const asked = parseClaimableName(raw)
      if (!(await context.isBackfilled())) throw new AtollError('NotReady')
      const org = await findOrg(context.db, did)
      const { name, key } = asked
      if ((await grantedOwners(context.db, [key])).get(key) === did) return { name, state: 'granted' as const }
      const facts = await gatherClaimFacts(context.db, org, asked)
      const reason = refuseClaim(asked, facts)
      if (reason !== undefined) throw new AtollError('NameTaken', { package: name, org: org.handle, reason })
      const upstream = await askUpstream(context, did, asked)
      return {
        name,
        state: (await isClaimed(context.db, did, asked)) ? ('claimed' as const) : ('free' as const),
        ...(facts.handedOverBy === undefined ? {} : { from: facts.handedOverBy as DidString }),
        ...(upstream === undefined ? {} : { upstream }),
      }
    },
  })
}

/** @throws InvalidRequest for what the registry does not know */
async function findOrg(db: Db, did: string): Promise<{ did: string; handle: string }> {
  const registered = await db
    .selectFrom('registry_org')
    .where('network', '=', network)
    .where('org', '=', did)
    .select('cid')
    .executeTakeFirst()
  const repo = await findRepo(db, did)
  if (registered === undefined || repo?.role !== 'org') {
    throw new AtollError('InvalidRequest', { reason: `${did} is no organisation of this registry` })
  }
  return { did, handle: repo.handle ?? did }
}

async function isClaimed(db: Db, org: string, { key }: ClaimableName): Promise<boolean> {
  const rights = await effectiveRights(db, org)
  return rights.some(({ rkey, value }) => value.kind === 'claim' && rkey === key && !value.retired)
}
