import { isDeepStrictEqual } from 'node:util'
import { AtollError } from '#common/errors/index.ts'
import { verifyOperationLog } from '#common/identity/index.ts'
import type { FaceContext } from './context.ts'
import { signingKeyOf } from './signing-key-of.ts'

/**
 * The operations are the log of this DID, begun by a genesis that says nothing, and make it exactly what was reserved. A private network's
 * operation names other keys, another host and a marker, so none of them gets past here to the public directory.
 * @throws InvalidOperation
 */
export async function checkOperations({ did, handle, operations, identity, pds }: FaceContext): Promise<void> {
  const data = await verifyOperationLog(did, operations).catch((cause) => {
    throw new AtollError('InvalidOperation', { reason: `they are not the operation log of ${did}` }, cause)
  })
  const { rotationKeys, verificationMethods, alsoKnownAs, services } = operations[0] ?? {}
  const says = [verificationMethods, alsoKnownAs, services].some((part) => Object.keys(part ?? {}).length > 0)
  if (says || rotationKeys?.length !== 1) refuse('its genesis says more than one key')
  const reserved = {
    did,
    rotationKeys: identity.rotationKeys,
    verificationMethods: { atproto: await signingKeyOf(pds, did) },
    alsoKnownAs: [`at://${handle}`],
    services: { atproto_pds: { type: 'AtprotoPersonalDataServer', endpoint: identity.endpoint } },
  }
  if (!isDeepStrictEqual(data, reserved)) refuse('its identity is not exactly what was reserved')
}

function refuse(reason: string): never {
  throw new AtollError('InvalidOperation', { reason })
}
