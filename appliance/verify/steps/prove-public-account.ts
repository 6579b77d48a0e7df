import { AtollError } from '#common/errors/index.ts'
import { parsePackageName } from '#common/names/index.ts'
import { Failed } from '../outcome.ts'
import type { VerifyContext } from './context.ts'

/**
 * Who publishes a package of the public network: what the operation log of the DID says, verified from its first operation on. The scope is a
 * handle that this log names, or once named, for lockfiles outlive a change of handle. That the handle's domain names the account as well
 * nobody signs, so it is the registry's word.
 */
export async function provePublicAccount({ account: did, outside, locked }: VerifyContext): Promise<void> {
  if (did === undefined) return
  const { handles } = await outside.account(did).catch((error: unknown) => {
    throw explain(error, did)
  })
  const { scope } = parsePackageName(locked.name)
  if (scope === undefined || !handles.includes(scope))
    throw new Failed('foreign-scope', `${did} never had the handle ${scope}`)
}

function explain(error: unknown, did: string): unknown {
  if (!(error instanceof AtollError)) return error
  if (error.code === 'NotFound') return new Failed('unknown-publisher', `it is of ${did}`)
  if (!['IdentityInvalid', 'ProofFailed'].includes(error.code)) return error
  return new Failed('identity-unproven', String(error.details['reason'] ?? error.message))
}
