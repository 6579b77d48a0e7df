import type { DidString, HandleString } from '@atproto/syntax'
import { method } from '#common/xrpc/index.ts'
import { app } from '#lexicons'
import { findRepo } from '../ingest/repos.ts'
import { everHolders } from '../ledger/names.ts'
import type { EffectiveRight } from '../ledger/rights-history.ts'
import { type Holding, holdings } from '../names/owners.ts'
import { administrators, type XrpcContext } from './context.ts'
import { viewOrg } from './read-set.ts'
import { registeredOrgs } from './registered-orgs.ts'
import { strongRef } from './strong-ref.ts'

type Listed = app.npm.registry.listNames.Name

/** The claims in effect and what became of them: of organisations that have anything to do with the viewer. */
export function listNames(context: XrpcContext): void {
  method(context.server, app.npm.registry.listNames, {
    auth: context.authorize(administrators),
    handler: async ({ params: { viewer }, auth }) => {
      const held = await holdings(context.db)
      const before = await everHolders(context.db)
      const names: Listed[] = []
      for (const org of await registeredOrgs(context)) {
        const { state, concerned } = await viewOrg(context, org, viewer, auth.iss)
        if (!concerned) continue
        const handle = (await findRepo(context.db, org))?.handle as HandleString | null | undefined
        const of = { org: org as DidString, ...(handle == null ? {} : { handle }) }
        const claimed = claimsOf(org, state.effective).map((claim) => ({
          ...claim,
          state: stateOf(claim, org, held, before),
        }))
        names.push(...[...claimed, ...formerHandles(org, held)].map((name) => ({ ...name, ...of })))
      }
      return { names }
    },
  })
}

type Claimed = Pick<Listed, 'name' | 'claim' | 'approvedBy' | 'to'> & { retired: boolean }

function claimsOf(org: string, effective: readonly EffectiveRight[]): Claimed[] {
  const transfers = new Map(
    effective.flatMap(({ value }) =>
      value.kind === 'transfer' && !value.retired ? [[value.name, value.to as DidString] as const] : [],
    ),
  )
  return effective.flatMap(({ collection, rkey, cid, value, approvedBy }) => {
    if (value.kind !== 'claim') return []
    const { name, retired } = value
    const to = transfers.get(name)
    const claim = strongRef(org, collection, rkey, cid)
    return [{ name, retired, claim, approvedBy: approvedBy as DidString, ...(to === undefined ? {} : { to }) }]
  })
}

/** What the registry granted by itself, because it was the organisation's handle. */
function formerHandles(org: string, held: readonly Holding[]): Pick<Listed, 'name' | 'state'>[] {
  return held
    .filter((holding) => holding.org === org && holding.claimCid === null)
    .map(({ name, stands }) => ({ name, state: stands ? ('granted' as const) : ('withdrawn' as const) }))
}

function stateOf(
  { name, retired }: Claimed,
  org: string,
  held: readonly Holding[],
  before: ReadonlySet<string>,
): Listed['state'] {
  if (retired) return 'released'
  const holding = held.find((candidate) => candidate.name === name)
  if (holding?.org === org) return holding.stands ? 'granted' : 'withdrawn'
  return before.has(`${org} ${name}`) ? 'transferred' : 'claimed'
}
