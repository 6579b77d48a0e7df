import type { AddPasskeyInput } from '#common/operations/index.ts'
import { type OperationContext, required } from '../context.ts'
import { passkeyIn } from './passkey-in.ts'

/** @throws PasskeyNotAccepted when the credential is another's, or a first one was there before */
export async function keepPasskey(context: OperationContext<AddPasskeyInput>): Promise<void> {
  const { services, input, caller, assertion } = context
  const { did } = required(caller, 'verifyCaller')
  const passkey = passkeyIn(input)
  const isFirst = assertion === undefined
  await services.passkeys.add(did, { ...passkey, isFirst })
  services.host.log.info({ did, credential: passkey.id, isFirst }, 'passkey added')
}
