import type { RemovePasskeyInput } from '#common/operations/index.ts'
import { type OperationContext, required } from '../context.ts'

/** @throws PasskeyNotAccepted when it is the last one */
export async function forgetPasskey({ services, input, caller }: OperationContext<RemovePasskeyInput>): Promise<void> {
  const { did } = required(caller, 'verifyCaller')
  const id = Buffer.from(input.credential).toString('base64url')
  await services.passkeys.remove(did, id)
  services.host.log.info({ did, credential: id }, 'passkey removed')
}
