import type { Selectable } from 'kysely'
import { AtollError } from '#common/errors/index.ts'
import { type Batch, parseBatch } from '#common/records/index.ts'
import type { PeopleContext } from '../../context.ts'
import { hashSecret, type PeopleTables } from '../../state/index.ts'
import { type Approval, approvalOf } from '../approvals.ts'
import type { Release } from '../finish/release-code.ts'

/** Operations that a person approves together, all asked for by one token. */
export interface ApprovalBatch {
  /** Its key in the table. */
  id: string
  did: string
  client: string
  list: Batch
  expiresAt: Date
  /** The IdP's word, and a passkey's, while there are operations left to attest. */
  confirmation: Omit<Release, 'batch'> | undefined
}

type Store = Pick<PeopleContext, 'db' | 'clock'>

/** @throws ExpiredHandle */
export async function findBatch({ db, clock }: Store, handle: string): Promise<ApprovalBatch> {
  const row = await db
    .selectFrom('batch')
    .selectAll()
    .where('handle_hash', '=', hashSecret(handle))
    .where('expires_at', '>', new Date(clock.now()))
    .executeTakeFirst()
  if (row === undefined) throw new AtollError('ExpiredHandle')
  return batchOf(row)
}

/** Those the IdP confirmed that a crash kept from being finished. */
export async function listUnfinished({ db, clock }: Store): Promise<ApprovalBatch[]> {
  const rows = await db
    .selectFrom('batch')
    .selectAll()
    .where('id_token', 'is not', null)
    .where('expires_at', '>', new Date(clock.now()))
    .execute()
  return rows.map(batchOf)
}

/** What is in a batch, whatever became of it; an operation that has expired is not. */
export async function membersOf(
  { db, clock }: Store,
  { did, client, list }: Pick<ApprovalBatch, 'did' | 'client' | 'list'>,
): Promise<Approval[]> {
  const ops = list.ops.map((op) => Buffer.from(op).toString('base64url'))
  const rows = await db
    .selectFrom('approval')
    .selectAll()
    .where('did', '=', did)
    .where('client', '=', client)
    .where('op', 'in', ops)
    .where('expires_at', '>', new Date(clock.now()))
    .orderBy('opened_at')
    .orderBy('handle_hash')
    .execute()
  return rows.map(approvalOf)
}

function batchOf(row: Selectable<PeopleTables['batch']>): ApprovalBatch {
  const { id_token: idToken, passkey, confirmed_at: confirmedAt } = row
  return {
    id: row.handle_hash,
    did: row.did,
    client: row.client,
    list: parseBatch(row.list),
    expiresAt: row.expires_at,
    confirmation:
      idToken === null || confirmedAt === null ? undefined : { idToken, passkey: passkey ?? undefined, confirmedAt },
  }
}
