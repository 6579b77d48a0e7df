import { canonicalBytes } from '#common/records/index.ts'
import type { PeopleContext } from '../context.ts'
import { submitOwn } from '../submit-own.ts'
import { type Approval, pagesClient } from './approvals.ts'

/**
 * Brings the org PDS what its person has just approved and began here. The gateway would do no more: whoever holds the person's word
 * and the IdP's may bring them, and the org PDS believes neither of us.
 * @returns whether it was such an operation
 * @throws what the org PDS refuses; ComponentUnavailable
 */
export async function submitDecided(
  context: PeopleContext,
  { id, did, client, operation }: Approval,
): Promise<boolean> {
  if (client !== pagesClient) return false
  const spent = await context.db
    .updateTable('approval')
    .from((from) => from.selectFrom('approval').selectAll().where('handle_hash', '=', id).forUpdate().as('before'))
    .whereRef('approval.handle_hash', '=', 'before.handle_hash')
    .where('approval.state', '=', 'approved')
    .set({ state: 'redeemed', id_token: null, passkey: null })
    .returning(['before.id_token', 'before.passkey'])
    .executeTakeFirst()
  if (spent === undefined || spent.id_token === null) return true
  const { id_token: idToken, passkey } = spent
  const own = { did, operation: canonicalBytes(operation), idToken, passkey: passkey ?? undefined }
  await submitOwn(context, own)
  return true
}
