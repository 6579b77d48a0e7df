import { app } from '#lexicons'
import type { OperationContext } from './context.ts'
import { recordsOf } from './records-of.ts'
import { verifyWitness } from './verify-witness.ts'

/** The person's repository holds an approval of each record that would be written. @throws NotAttested, ProofFailed */
export async function verifyApprovals(context: OperationContext): Promise<void> {
  const collection = app.npm.org.approval.main.$type
  for (const record of recordsOf(context)) await verifyWitness(context, record, collection)
}
