import { type CompatibleOpOrTombstone, type DocumentData, validateOperationLog } from '@did-plc/lib'
import { AtollError } from '#common/errors/index.ts'

/**
 * What a DID is, from its operation log and nothing else: the genesis operation must hash to the DID, and every later
 * one be signed by a rotation key of the one before. The document a directory serves is never believed (DESIGN §3).
 * @returns undefined for a tombstoned DID
 * @throws IdentityInvalid when the log does not verify
 */
export async function verifyOperationLog(did: string, log: unknown): Promise<DocumentData | undefined> {
  if (!Array.isArray(log) || log.length === 0 || log.length > maxOperations) {
    throw new AtollError('IdentityInvalid', { did, reason: 'the directory gave no usable operation log' })
  }
  try {
    return (await validateOperationLog(did, log as CompatibleOpOrTombstone[])) ?? undefined
  } catch (cause) {
    throw new AtollError('IdentityInvalid', { did, reason: 'its operation log was altered' }, cause)
  }
}

// A repository moves house or changes keys a few times in its life; a longer log is an attack on our time.
const maxOperations = 1000
