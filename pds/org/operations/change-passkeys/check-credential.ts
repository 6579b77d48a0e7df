import type { AddPasskeyInput } from '#common/operations/index.ts'
import { checkPublicKey } from '#common/passkeys/index.ts'
import type { OperationContext } from '../context.ts'

/** It is a key of a kind that can be verified here. @throws PasskeyNotAccepted */
export async function checkCredential({ input }: OperationContext<AddPasskeyInput>): Promise<void> {
  await checkPublicKey(input.publicKey)
}
