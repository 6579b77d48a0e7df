import { readBounded } from '#common/bodies/index.ts'
import { app } from '#lexicons'
import type { GatewayContext } from '../../context.ts'

const maxBytes = 4_000_000
// The AppView asks somebody else's PDS.
const timeoutMs = 60_000

type Peers = Pick<GatewayContext, 'peers'>

/**
 * The same of the public network, where everything is for everybody: what is private is not looked for there, nor anything public inside.
 * Only the AppView reaches out, and only to accounts that are mirrored.
 * @throws NotFound, UpstreamUnavailable, ComponentUnavailable
 */
export async function getPublicProof(
  { peers }: Peers,
  { did, collection, rkey }: { did: string; collection: string; rkey: string },
): Promise<Buffer> {
  const params = { did, collection, rkey }
  const response = await peers.appview.fetch(app.npm.registry.getPublicProof.$nsid, params, { timeoutMs })
  return readBounded(response.body, maxBytes)
}

/** @throws NotFound, DirectoryUnavailable, ComponentUnavailable */
export async function getPublicLog({ peers }: Peers, did: string): Promise<Buffer> {
  const response = await peers.appview.fetch(app.npm.registry.getPublicLog.$nsid, { did }, { timeoutMs })
  return readBounded(response.body, maxBytes)
}
