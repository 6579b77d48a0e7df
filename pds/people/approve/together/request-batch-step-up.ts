import { randomHandle } from '#common/crypto/index.ts'
import { AtollError } from '#common/errors/index.ts'
import { composeBatch, nonceOf } from '#common/records/index.ts'
import type { PeopleContext } from '../../context.ts'
import type { Session } from '../../sessions/index.ts'
import { hashSecret } from '../../state/index.ts'
import { type Approval, checkAnswerable, checkApprover, listPending } from '../approvals.ts'
import { beginStepUp } from '../request-step-up.ts'

// As long as a way to the IdP.
const lifetimeMs = 10 * 60_000
const maxOpenPerPerson = 20

export interface BatchRequest {
  browser: string
  session: Session
  /** Keys of the approvals that were selected on the page. */
  selected: readonly string[]
  /** Path of the page that shows a batch. */
  pathOf: (handle: string) => string
}

/**
 * *Approve* was pressed for several operations: the person goes to the IdP, which signs the hash of their list as nonce
 * (DESIGN §2, step 3). Every one of them was shown to them, is theirs, and was asked for by the same token.
 * @returns the IdP's address to send the browser to
 * @throws SelectionChanged, NotEnrolled, AlreadyBound, InvalidRequest, TooManyRequests, ComponentUnavailable
 */
export async function requestBatchStepUp(context: PeopleContext, request: BatchRequest): Promise<string> {
  const { browser, session, pathOf } = request
  const approvals = await readSelection(context, request)
  const client = approvals[0]?.client ?? ''
  if (approvals.some((approval) => approval.client !== client)) {
    throw new AtollError('InvalidRequest', { reason: 'operations of different tokens are approved apart' })
  }
  const list = composeBatch(approvals.map(({ op }) => op))
  const handle = randomHandle()
  await saveBatch(context, { handle, did: session.did, client, list: list.bytes })
  const [first = new Uint8Array()] = list.ops
  return beginStepUp(context, {
    purpose: 'approve-together',
    browser,
    session,
    returnTo: pathOf(handle),
    nonce: nonceOf(first, list),
  })
}

/** What was selected, as long as all of it still waits. */
export async function readSelection(
  context: PeopleContext,
  { session, selected }: Pick<BatchRequest, 'session' | 'selected'>,
): Promise<Approval[]> {
  if (selected.length === 0) throw new AtollError('InvalidRequest', { reason: 'nothing is selected' })
  const pending = await listPending(context, session.did)
  const approvals = pending.filter(({ id, state }) => state === 'open' && selected.includes(id))
  if (approvals.length !== new Set(selected).size) throw new AtollError('SelectionChanged')
  for (const approval of approvals) {
    checkApprover(approval, session)
    if (approval.reviewedUri === undefined) throw new AtollError('SelectionChanged')
    checkAnswerable(approval)
  }
  return approvals
}

async function saveBatch(
  { db, clock }: PeopleContext,
  batch: { handle: string; did: string; client: string; list: Uint8Array },
): Promise<void> {
  const { open } = await db
    .selectFrom('batch')
    .select((e) => e.fn.countAll<number>().as('open'))
    .where('did', '=', batch.did)
    .where('confirmed_at', 'is', null)
    .where('expires_at', '>', new Date(clock.now()))
    .executeTakeFirstOrThrow()
  if (open >= maxOpenPerPerson) throw new AtollError('TooManyRequests')
  await db
    .insertInto('batch')
    .values({
      handle_hash: hashSecret(batch.handle),
      did: batch.did,
      client: batch.client,
      list: Buffer.from(batch.list),
      expires_at: new Date(clock.now() + lifetimeMs),
    })
    .execute()
}
