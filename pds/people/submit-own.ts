import { operationHash, parseOperation } from '#common/records/index.ts'
import { signServiceToken } from '#common/service-auth/index.ts'
import { sendXrpc } from '#common/xrpc/index.ts'
import type { PeopleContext } from './context.ts'

interface OwnOperation {
  /** The person it is about. */
  did: string
  /** Canonical bytes. */
  operation: Uint8Array
  /** The IdP's word, whose nonce is the operation's hash. */
  idToken: string
  /** What a passkey signed, if one did. */
  passkey?: string | undefined
}

/**
 * Brings the org PDS an operation that is about a person and no organisation: who they are, what their second factor is. It
 * checks all of it for itself, so nothing is decided here.
 * @throws what it answers; ComponentUnavailable
 */
export async function submitOwn(
  { host, config }: Pick<PeopleContext, 'host' | 'config'>,
  { did, operation, idToken, passkey }: OwnOperation,
): Promise<void> {
  const { url, did: audience } = config.network.peers.org
  const { procedure: method } = parseOperation(operation)
  const keypair = await host.signerFor(did)
  const token = await signServiceToken(keypair, { issuer: did, audience, method, op: operationHash(operation) })
  const headers = {
    authorization: `Bearer ${token}`,
    'content-type': 'application/octet-stream',
    'atoll-operation': Buffer.from(operation).toString('base64url'),
    'atoll-id-token': idToken,
    ...(passkey === undefined ? {} : { 'atoll-passkey': passkey }),
  }
  await sendXrpc('organisation PDS', `${url}/xrpc/${method}`, { method: 'POST', headers })
}
