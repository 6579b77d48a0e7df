import type { ProvisionContext } from './context.ts'
import { buildIdentityOperation } from './identity-operation.ts'
import { reserveSigningKey } from './reserve-signing-key.ts'

/**
 * Genesis, then what the account is in this network. The signing key is reserved on disk before anybody hears of it, and the
 * operations are the same every time, so that a second run goes on where the first stopped.
 */
export async function submitIdentity(context: ProvisionContext): Promise<void> {
  const { did, handle, sealed, identity, directory, pds } = context
  const signingKey = await reserveSigningKey({ did, pds })
  const operations = [
    sealed.genesis.op,
    await buildIdentityOperation(sealed.genesis.op, sealed.keypair, { ...identity, handle, signingKey }),
  ]
  for (const operation of operations.slice(await directory.countOperations(did))) {
    await directory.submit(did, operation)
  }
}
