import { proveWitness } from '#common/proof/index.ts'
import type { BuiltRecord } from '#common/records/index.ts'
import { type OperationContext, required } from './context.ts'

/**
 * The record that stands behind a write is in the caller's own repository, on the people PDS, with proof.
 * @param collection of attestations or approvals
 * @throws NotAttested, ProofFailed, ComponentUnavailable
 */
export async function verifyWitness(
  { operation, services, caller }: OperationContext,
  subject: Pick<BuiltRecord, 'uri' | 'cid' | 'record'>,
  collection: string,
): Promise<void> {
  const { did } = required(caller, 'verifyCaller')
  await proveWitness({ did, collection, subject: { ...subject, org: operation.org } }, services.proofs)
}
