import { verifyWitness } from '../verify-witness.ts'
import type { PutRightsContext } from './context.ts'

export async function verifyApproval(context: PutRightsContext): Promise<void> {
  await verifyWitness(context, context.kind.recordOf(context.operation.org, context.input))
}
