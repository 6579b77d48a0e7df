import { AtollError } from '#common/errors/index.ts'
import type { PutAdvisoryInput } from '#common/operations/index.ts'
import { cidOfRecord, type RecordValue } from '#common/records/index.ts'
import { app } from '#lexicons'
import type { OperationContext } from '../context.ts'

/**
 * An advisory is written once and withdrawn once, with the same words: what an audit told of, under an id that somebody noted down,
 * does not become something else. Repeating either succeeds, for whoever lost the answer.
 * @throws AdvisoryExists, AdvisoryWithdrawn, UnknownAdvisory, InvalidOperation
 */
export async function checkWhatStands(context: OperationContext<PutAdvisoryInput>): Promise<void> {
  const { kind, input, operation, services } = context
  const { id, withdrawn } = input
  const write = kind.recordOf(operation.org, input)
  const existing = await services.host.findRecord(operation.org, app.npm.security.advisory.$nsid, id)
  if (existing?.cid === write.cid) return
  if (existing === undefined) {
    if (withdrawn === true) throw new AtollError('UnknownAdvisory', { id })
    return
  }
  const { withdrawn: over, createdAt } = existing.record
  if (over === true) throw new AtollError('AdvisoryWithdrawn', { id, since: String(createdAt) })
  if (withdrawn !== true) throw new AtollError('AdvisoryExists', { id })
  if (said(existing.record) !== said(write.record)) {
    throw new AtollError('InvalidOperation', {
      reason: `it withdraws something else than ${id} says: ask for it again`,
    })
  }
}

/** The CID of what it says, whether it stands or not. */
function said({ withdrawn: _, reason: _reason, createdAt: _time, ...rest }: RecordValue): string {
  return cidOfRecord(rest)
}
