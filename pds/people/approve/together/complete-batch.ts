import { AtollError } from '#common/errors/index.ts'
import type { PeopleContext } from '../../context.ts'
import type { Approval } from '../approvals.ts'
import { attest } from '../finish/attest.ts'
import { type Release, release } from '../finish/release-code.ts'
import { type ApprovalBatch, listUnfinished, membersOf } from './batches.ts'

/**
 * Gives every operation of a confirmed batch its witness and its code, one after the other, as their repository takes them. What was
 * answered otherwise meanwhile, or has expired, is left out. Doing it again, after a crash or side by side, goes on where it stopped.
 */
export async function completeBatch(people: PeopleContext, batch: ApprovalBatch): Promise<void> {
  const { id, confirmation } = batch
  if (confirmation === undefined) return
  for (const approval of await membersOf(people, batch)) {
    if (approval.state === 'open') await completeOne(people, approval, { ...confirmation, batch: id })
  }
  await people.db.updateTable('batch').set({ id_token: null, passkey: null }).where('handle_hash', '=', id).execute()
}

/** One that cannot be witnessed waits on, and keeps no other from its code. */
async function completeOne(people: PeopleContext, approval: Approval, confirmation: Release): Promise<void> {
  try {
    await attest({ people, approval })
    await release(people, approval, confirmation)
  } catch (err) {
    if (!(err instanceof AtollError) || err.status >= 500) throw err
    people.log.warn({ err, did: approval.did }, 'an operation was left out of its batch')
  }
}

/** At the start: what a kill interrupted is finished before anybody asks. */
export async function resumeBatches(people: PeopleContext): Promise<void> {
  for (const batch of await listUnfinished(people)) {
    try {
      await completeBatch(people, batch)
      people.log.info({ did: batch.did, operations: batch.list.ops.length }, 'approval of several operations resumed')
    } catch (err) {
      people.log.error({ err, did: batch.did }, 'approval of several operations could not be resumed')
    }
  }
}
