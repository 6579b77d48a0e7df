import { forEachBounded } from '#common/slots/index.ts'
import { app } from '#lexicons'
import type { OperationContext } from './context.ts'
import { recordsOf } from './records-of.ts'
import { verifyWitness } from './verify-witness.ts'

const atOnce = 8

/** The person's repository holds an approval of each record that would be written. @throws NotAttested, ProofFailed */
export async function verifyApprovals(context: OperationContext): Promise<void> {
  const collection = app.npm.org.approval.main.$type
  await forEachBounded(recordsOf(context), atOnce, (record) => verifyWitness(context, record, collection))
}
