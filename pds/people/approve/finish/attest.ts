import { writeWitness } from '../../attest/index.ts'
import { checkAnswerable } from '../approvals.ts'
import type { FinishContext } from './step.ts'

export async function attest({ people, approval }: Pick<FinishContext, 'people' | 'approval'>): Promise<void> {
  const { did, operation, op } = approval
  const uri = checkAnswerable(approval).reviewedUri as `at://${string}`
  await writeWitness(people, { did, operation, op, write: { uri, cid: String(operation.input['record']) } })
}
