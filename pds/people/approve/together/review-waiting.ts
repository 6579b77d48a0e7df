import { AtollError } from '#common/errors/index.ts'
import { readOperation } from '#common/operations/index.ts'
import type { PeopleContext } from '../../context.ts'
import type { Approval } from '../approvals.ts'
import { type Review, reviewApproval } from '../review-approval.ts'

/** An operation that waits, with what it would do or with why it cannot be approved. */
export type WaitingReview =
  | { approval: Approval; review: Review }
  | { approval: Approval; summary: string; problem: string }

// What `Inspections` reads at once.
const atOnce = 3
// A page is sent while its reader still waits; what was read is remembered, so that loading it again goes on from there.
const patienceMs = 10_000

/** Reviews each as its own page would, a few at a time. One that fails is in nobody's way. */
export async function reviewWaiting(context: PeopleContext, approvals: readonly Approval[]): Promise<WaitingReview[]> {
  const deadline = performance.now() + patienceMs
  const reviewed = new Map<Approval, WaitingReview>()
  const queue = approvals.values()
  const work = async () => {
    // One iterator for all workers: each takes what no other has.
    for (const approval of queue) {
      const late = performance.now() > deadline
      reviewed.set(approval, late ? refused(approval, notRead) : await reviewOne(context, approval))
    }
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  return approvals.map((approval) => reviewed.get(approval) ?? refused(approval, notRead))
}

function refused(approval: Approval, problem: string): WaitingReview {
  const { kind, input } = readOperation(approval.operation)
  return { approval, summary: kind.summary(input), problem }
}

const notRead = 'There was no time to read it yet. Load this page again.'

async function reviewOne(context: PeopleContext, approval: Approval): Promise<WaitingReview> {
  try {
    return { approval, review: await reviewApproval(context, approval) }
  } catch (error) {
    if (!(error instanceof AtollError)) {
      context.log.error({ err: error, did: approval.did }, 'an operation could not be reviewed')
      return refused(approval, 'It could not be read. The log says why.')
    }
    return refused(approval, error.message)
  }
}
