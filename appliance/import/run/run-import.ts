import { AtollError } from '#common/errors/index.ts'
import { encodeImportList, type ImportList } from '#common/imports/index.ts'
import { type ImportPlan, listOf } from '../plan/plan.ts'
import type { ImportRequest } from '../plan-import.ts'
import { type WorkFolder, workFolder } from '../work-folder.ts'
import { type ApprovedImport, approvedImport, forgetApproved, readApproved, writeApproved } from './approved-import.ts'
import { carryOut } from './carry-out.ts'
import { splitList } from './split-list.ts'

/** Has a list approved. @param list canonical bytes @returns CID of the import record */
export type ApproveList = (list: Uint8Array) => Promise<string>

/**
 * Goes on with what was approved in an earlier run, if its day is not over.
 * @returns how many versions were written; undefined when there was nothing to go on with
 */
export async function finishEarlier(request: ImportRequest): Promise<number | undefined> {
  const work = workOf(request)
  const approved = await readApproved(work.approved)
  if (approved === undefined) return undefined
  request.progress.say('Going on with the import that was approved before.')
  try {
    return await carryOutAndForget(request, work, approved)
  } catch (error) {
    // Whatever became of it, what is missing is planned anew, and approved anew.
    if (!(error instanceof AtollError) || error.status >= 500) throw error
    request.progress.say(`It cannot go on as it was approved: ${error.message}`)
    await forgetApproved(work.approved)
    return 0
  }
}

/** Has everything in the plan approved, and writes it. @returns how many versions were written */
export async function importPlanned(request: ImportRequest, plan: ImportPlan, approve: ApproveList): Promise<number> {
  const work = workOf(request)
  const list = listOf(plan)
  let written = 0
  for (const part of list === undefined ? [] : splitList(list)) {
    const approved = await approvePart(part, plan, approve)
    await writeApproved(work.approved, approved)
    written += await carryOutAndForget(request, work, approved)
  }
  return written
}

async function approvePart(part: ImportList, plan: ImportPlan, approve: ApproveList): Promise<ApprovedImport> {
  const bytes = encodeImportList(part)
  return approvedImport(await approve(bytes), bytes, plan)
}

async function carryOutAndForget(request: ImportRequest, work: WorkFolder, approved: ApprovedImport): Promise<number> {
  const written = await carryOut({ ...request, tarballs: work.tarballs }, approved)
  await forgetApproved(work.approved)
  return written
}

function workOf({ dataDir, org, source }: ImportRequest): WorkFolder {
  return workFolder(dataDir, { org: org.did, source: source.label })
}
