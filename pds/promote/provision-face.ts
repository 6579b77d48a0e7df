import { AtollError } from '#common/errors/index.ts'
import type { PdsHost } from '#pds/host/index.ts'
import type { EdgePeer } from './config.ts'
import type { EdgeClient, Face, ReservedFace } from './edge-client.ts'

/** What of an inside PDS gives an account its public face. */
export type AccountHost = Pick<PdsHost, 'signPublicFace'>

/**
 * Gives an account of the inside its public face: the same DID, from the same genesis, with another handle, host and keys (DESIGN §3).
 * Killed anywhere, it is run again from the top: what is signed is the same every time.
 * @throws HandleTaken, EdgeNotTrusted, FaceDiffers, DirectoryUnavailable, ComponentUnavailable
 */
export async function provisionFace(host: AccountHost, edge: EdgeClient, face: Face): Promise<void> {
  const reserved = await edge.reserve(face)
  checkReserved(reserved, edge.peer)
  const [recovery = '', own = ''] = reserved.rotationKeys
  const operations = await host.signPublicFace(face.did, {
    handle: face.handle,
    signingKey: reserved.signingKey,
    rotationKeys: [recovery, own],
    endpoint: reserved.endpoint,
  })
  await edge.provision(face, operations)
}

/** The edge stands in the open. Somebody who broke into it must not get accounts that only they can take back. */
function checkReserved({ endpoint, rotationKeys }: ReservedFace, peer: EdgePeer): void {
  if (endpoint !== peer.endpoint) refuse(`another PDS than ${peer.endpoint}`)
  if (rotationKeys.length !== 2 || rotationKeys[0] !== peer.recoveryKey) refuse('another recovery key')
}

function refuse(asked: string): never {
  throw new AtollError('EdgeNotTrusted', { asked })
}
