import type { Keypair } from '@atproto/crypto'
import { didForCreateOp, type Operation, signOperation } from '@did-plc/lib'

export interface Genesis {
  op: Operation
  did: string
}

/**
 * The first operation of an account that has two faces (DESIGN §3): nothing but one rotation key, so that it can begin a private and
 * a public log alike. Deterministic: the same key gives the same DID, which is why a key is for one account only.
 */
export async function buildGenesis(keypair: Keypair): Promise<Genesis> {
  const op = await signOperation(
    {
      type: 'plc_operation',
      rotationKeys: [keypair.did()],
      verificationMethods: {},
      alsoKnownAs: [],
      services: {},
      prev: null,
    },
    keypair,
  )
  return { op, did: await didForCreateOp(op) }
}
