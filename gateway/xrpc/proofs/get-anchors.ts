import type { DidString, UriString } from '@atproto/syntax'
import { app } from '#lexicons'
import type { Session } from '../../auth/token/index.ts'
import type { GatewayContext } from '../../context.ts'

/** What is pinned once: it is believed at that moment only, so people are told to compare it. */
export async function getAnchors({ config, peers }: Pick<GatewayContext, 'config' | 'peers'>, { did }: Session) {
  const { registryDid, marker, hosts } = config.network
  const { orgs } = await peers.appview.call(app.npm.registry.listOrgs, { params: { viewer: did as DidString } })
  return {
    registry: registryDid as DidString,
    marker,
    orgHosts: hosts.org as UriString[],
    peopleHosts: hosts.people as UriString[],
    orgs: orgs.map(({ did: org, handle }) => ({ did: org, handle })),
  }
}
