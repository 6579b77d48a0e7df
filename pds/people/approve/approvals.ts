import type { Selectable } from 'kysely'
import { AtollError } from '#common/errors/index.ts'
import { createToken, kindOf } from '#common/operations/index.ts'
import { type Operation, parseOperation } from '#common/records/index.ts'
import type { PeopleContext } from '../context.ts'
import type { Session } from '../sessions/index.ts'
import { type ApprovalState, hashSecret, type PeopleTables } from '../state/index.ts'

/** Who asks for operations that begin on these pages: no token's id looks like it, so no code of theirs works elsewhere. */
export const pagesClient = 'pages'

/** One operation that waits for its person, or has their answer. */
export interface Approval {
  /** Its key in the table. */
  id: string
  did: string
  client: string
  operation: Operation
  /** SHA-256 of the operation's bytes. */
  op: Uint8Array
  requester: { address: string; client: string }
  openedAt: Date
  expiresAt: Date
  state: ApprovalState
  /** at-URI of its record, once that was recomputed and shown. */
  reviewedUri: string | undefined
  /** Key of the batch it was approved in, if any. */
  batch: string | undefined
}

/** @throws ExpiredHandle */
export async function findApproval(
  { db, clock }: Pick<PeopleContext, 'db' | 'clock'>,
  handle: string,
): Promise<Approval> {
  const row = await db
    .selectFrom('approval')
    .selectAll()
    .where('handle_hash', '=', hashSecret(handle))
    .where('expires_at', '>', new Date(clock.now()))
    .executeTakeFirst()
  if (row === undefined) throw new AtollError('ExpiredHandle')
  return approvalOf(row)
}

/** What a person has before them: operations that wait for their answer, and those whose code was not used yet; oldest first. */
export async function listPending(
  { db, clock }: Pick<PeopleContext, 'db' | 'clock'>,
  did: string,
): Promise<Approval[]> {
  const rows = await db
    .selectFrom('approval')
    .selectAll()
    .where('did', '=', did)
    .where('state', 'in', ['open', 'approved'])
    .where('expires_at', '>', new Date(clock.now()))
    .orderBy('opened_at')
    .orderBy('handle_hash')
    .execute()
  return rows.map(approvalOf).filter((approval) => !isApprovedAlone(approval))
}

/**
 * A token outlives the moment it is made in: it has a page to itself, and a second factor of a minute ago is too old for it,
 * whatever the policy says of publishing. What began on these pages nobody else waits for.
 */
export function isApprovedAlone({ operation, client }: Pick<Approval, 'operation' | 'client'>): boolean {
  return client === pagesClient || kindOf(operation.procedure) === createToken
}

/** A row as the flows see it. */
export function approvalOf(row: Selectable<PeopleTables['approval']>): Approval {
  return {
    id: row.handle_hash,
    did: row.did,
    client: row.client,
    operation: parseOperation(row.operation),
    op: Buffer.from(row.op, 'base64url'),
    requester: { address: row.requester_address, client: row.requester_client },
    openedAt: row.opened_at,
    expiresAt: row.expires_at,
    state: row.state,
    reviewedUri: row.reviewed_uri ?? undefined,
    batch: row.batch ?? undefined,
  }
}

/** Only the person whose token asked may approve, and only an account the org PDS knows. @throws NotYours, AlreadyBound, NotEnrolled */
export function checkApprover(approval: Approval, session: Session): void {
  if (session.did !== approval.did) throw new AtollError('NotYours')
  if (session.enrolRefused) throw new AtollError('AlreadyBound')
  if (!session.enrolled) throw new AtollError('NotEnrolled')
}

/** @throws ExpiredHandle when it was answered already, or never shown */
export function checkAnswerable(approval: Approval): { reviewedUri: string } {
  const { state, reviewedUri } = approval
  if (state !== 'open' || reviewedUri === undefined) throw new AtollError('ExpiredHandle')
  return { reviewedUri }
}
