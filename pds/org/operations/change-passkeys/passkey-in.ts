import type { AddPasskeyInput } from '#common/operations/index.ts'
import type { Passkey } from '#common/passkeys/index.ts'

/** As the table has it. */
export function passkeyIn({ credential, publicKey }: Pick<AddPasskeyInput, 'credential' | 'publicKey'>): Passkey {
  return { id: Buffer.from(credential).toString('base64url'), publicKey }
}
