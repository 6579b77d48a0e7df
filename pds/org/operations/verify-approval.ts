import type { OperationContext } from './context.ts'
import { verifyWitness } from './verify-witness.ts'

/** The caller's repository holds an approval of exactly the record that will be written. */
export async function verifyApproval(context: OperationContext): Promise<void> {
  await verifyWitness(context, context.kind.recordOf(context.operation.org, context.input))
}
