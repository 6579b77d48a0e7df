import type { DatetimeString, DidString, UriString } from '@atproto/syntax'
import { matchesPackagePattern } from '#common/authz/index.ts'
import { method } from '#common/xrpc/index.ts'
import { app } from '#lexicons'
import type { EffectiveRight } from '../ledger/rights-history.ts'
import { administrators, type XrpcContext } from './context.ts'
import { viewOrg } from './read-set.ts'
import { strongRef } from './strong-ref.ts'

type View = app.npm.registry.listTrustedPublishers.Publisher

/** The trusted publishers in effect: all for those who manage, those of one package for who may publish it, and for the gateway. */
export function listTrustedPublishers(context: XrpcContext): void {
  method(context.server, app.npm.registry.listTrustedPublishers, {
    auth: context.authorize(administrators),
    handler: async ({ params: { org, viewer, name }, auth }) => {
      const { state, seesAll } = await viewOrg(context, org, viewer, auth.iss)
      const isGateway = auth.iss === context.network.peers.gateway.did && viewer === auth.iss
      const publishes = name !== undefined && (await context.enforcers.of(org)).allows(viewer, 'publish', name)
      if (!seesAll && !isGateway && !publishes) return { publishers: [] }
      const covers = ({ packages }: View) =>
        name === undefined || packages.some((pattern) => matchesPackagePattern(name, pattern))
      return { publishers: state.effective.flatMap((right) => viewOf(org, right)).filter(covers) }
    },
  })
}

function viewOf(org: string, { collection, rkey, cid, value, approvedBy }: EffectiveRight): View[] {
  if (value.kind !== 'trustedPublisher' || value.retired) return []
  const { kind: _, retired: __, issuer, packages, claims, createdAt, ...said } = value
  const record = strongRef(org, collection, rkey, cid)
  const times = { createdAt: createdAt as DatetimeString, approvedBy: approvedBy as DidString }
  const lists = { packages: [...packages], ...(claims === undefined ? {} : { claims: [...claims] }) }
  return [{ id: rkey, issuer: issuer as UriString, ...said, ...lists, ...times, record }]
}
