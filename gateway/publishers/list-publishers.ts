import type { DidString } from '@atproto/syntax'
import { AtollError } from '#common/errors/index.ts'
import { app } from '#lexicons'
import type { GatewayContext } from '../context.ts'

export type TrustedPublisherView = app.npm.registry.listTrustedPublishers.Publisher

/** The trusted publishers of a package that are in effect. @param viewer DID of who asks; the gateway itself when absent */
export async function listPublishers(
  { peers, config }: Pick<GatewayContext, 'peers' | 'config'>,
  org: string,
  name: string,
  viewer: string = config.self.did,
): Promise<readonly TrustedPublisherView[]> {
  const params = { org: org as DidString, name, viewer: viewer as DidString }
  return (await peers.appview.call(app.npm.registry.listTrustedPublishers, { params })).publishers
}

/** The one whose job a token was given to, if it is trusted still. @throws NotTrusted, ComponentUnavailable */
export async function findPublisher(
  gateway: Pick<GatewayContext, 'peers' | 'config'>,
  { org, name, uri }: { org: string; name: string; uri: string },
): Promise<TrustedPublisherView> {
  const found = (await listPublishers(gateway, org, name)).find(({ record }) => record.uri === uri)
  if (found === undefined) throw new AtollError('NotTrusted', { package: name, reason: 'it is trusted no longer' })
  return found
}
