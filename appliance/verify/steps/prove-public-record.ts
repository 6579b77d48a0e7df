import { AtollError } from '#common/errors/index.ts'
import { parsePackageName } from '#common/names/index.ts'
import { provePublicVersion } from '#common/proof/public/index.ts'
import { SyncViolation } from '#common/sync/index.ts'
import { Failed } from '../outcome.ts'
import type { VerifyContext } from './context.ts'

/** The record of a public version stands in the repository of its account, by the key that the operation log names. */
export async function provePublicRecord(context: VerifyContext): Promise<void> {
  const { account: did, locked, outside } = context
  if (did === undefined) return
  const { name } = parsePackageName(locked.name)
  const claim = { did, name, version: locked.version }
  const proven = await provePublicVersion(claim, outside, (reason) => new Failed('foreign-record', reason)).catch(
    (error: unknown) => {
      throw explain(error)
    },
  )
  context.inPublic = proven
  context.published = proven.record.integrity
}

function explain(error: unknown): unknown {
  if (!(error instanceof AtollError) || !['ProofFailed', 'IdentityInvalid'].includes(error.code)) return error
  const { cause } = error
  if (cause instanceof SyncViolation && cause.reason === 'envelope-mismatch')
    return new Failed('foreign-record', 'what is shown is of the repository of another account')
  return new Failed('not-proven', String(error.details['reason'] ?? error.message))
}
