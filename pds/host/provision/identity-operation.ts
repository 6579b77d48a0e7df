import type { Keypair } from '@atproto/crypto'
import { createUpdateOp, type Operation } from '@did-plc/lib'

export interface PrivateIdentity {
  handle: string
  /** did:key of the repository's signing key. */
  signingKey: string
  /** did:keys, highest rank first: the offline recovery key, then this PDS's. */
  rotationKeys: [recovery: string, pds: string]
  /** Endpoint of this PDS. */
  endpoint: string
  /** Id of the service that keeps the operation out of the public directory. */
  marker: string
}

/**
 * The second operation of an account's private face, signed by the key of its genesis, which it drops. Deterministic, so that
 * submitting it again after a crash is submitting the same.
 */
export function buildIdentityOperation(
  genesis: Operation,
  keypair: Keypair,
  identity: PrivateIdentity,
): Promise<Operation> {
  return createUpdateOp(genesis, keypair, () => ({
    type: 'plc_operation',
    rotationKeys: identity.rotationKeys,
    verificationMethods: { atproto: identity.signingKey },
    alsoKnownAs: [`at://${identity.handle}`],
    services: {
      atproto_pds: { type: 'AtprotoPersonalDataServer', endpoint: identity.endpoint },
      [identity.marker]: { type: 'AtollPrivateNetwork', endpoint: identity.endpoint },
    },
  }))
}
