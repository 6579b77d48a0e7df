import { proveWitness } from '#common/proof/index.ts'
import type { BuiltRecord } from '#common/records/index.ts'
import { type OperationContext, required } from './context.ts'

/**
 * The record that stands behind a write is in the caller's own repository, on the people PDS, with proof.
 * @throws NotAttested, ProofFailed, ComponentUnavailable
 */
export async function verifyWitness(
  { operation, kind, services, caller }: OperationContext,
  subject: Pick<BuiltRecord, 'uri' | 'cid' | 'record'>,
): Promise<void> {
  const { did } = required(caller, 'verifyCaller')
  if (kind.witness === undefined) throw new Error(`${kind.procedure} writes nothing to stand behind`)
  const witnessed = { ...subject, org: operation.org }
  await proveWitness({ did, collection: kind.witness, subject: witnessed }, services.proofs)
}
