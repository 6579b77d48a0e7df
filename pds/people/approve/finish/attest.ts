import { approveName, importPackages, kindOf } from '#common/operations/index.ts'
import { writeWitness } from '../../attest/index.ts'
import { checkPublishedBefore } from '../../promotion/index.ts'
import { noteWaitingName } from '../../registry/index.ts'
import { checkAnswerable } from '../approvals.ts'
import { checkBreakGlass } from '../check-break-glass.ts'
import { attestImport } from './attest-import.ts'
import type { FinishContext } from './step.ts'

export async function attest({ people, approval }: Pick<FinishContext, 'people' | 'approval'>): Promise<void> {
  const { did, operation, op } = approval
  // What writes no record has no witness: nobody but its executor needs the person's word.
  if (kindOf(operation.procedure).witness === undefined) return
  // Its page may have been shown before the glass was broken.
  await checkBreakGlass(people, did, operation)
  await checkPublishedBefore(people, operation)
  if (operation.procedure === importPackages.procedure) await attestImport({ people, approval })
  const uri = checkAnswerable(approval).reviewedUri as `at://${string}`
  if (operation.procedure === approveName.procedure) {
    await noteWaitingName(people, { by: did, uri, input: approveName.parseInput(operation.input) })
  }
  await writeWitness(people, { did, operation, op, write: { uri, cid: String(operation.input['record']) } })
}
