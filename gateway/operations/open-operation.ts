import type { DidString } from '@atproto/syntax'
import { readOperation } from '#common/operations/index.ts'
import { app } from '#lexicons'
import { checkOperation } from '../auth/access/index.ts'
import type { AskedOperation, OpenedApproval } from './asked-operation.ts'
import { type CeremonyParts, release } from './ceremony-parts.ts'
import { idsOf, rowOf, summaryOf, uploadsOf } from './describe-operation.ts'

/**
 * Writes the operation down, parks its tarball and asks the people PDS for an approval page. Fails without a trace.
 * @throws TokenReadOnly, TokenStageOnly, TokenTooNarrow, TooManyRequests, ComponentUnavailable, InvalidOperation
 */
export async function openOperation(parts: CeremonyParts, asked: AskedOperation): Promise<OpenedApproval> {
  const { kind, input } = readOperation(asked.composed.operation)
  checkOperation(asked.session, { procedure: kind.procedure, about: kind.packageOf(input) })
  try {
    return await open(parts, asked)
  } catch (error) {
    await parts.store.remove(asked.composed.op)
    for (const { digests } of uploadsOf(asked)) await release(parts, digests.integrity)
    throw error
  }
}

async function open(parts: CeremonyParts, asked: AskedOperation): Promise<OpenedApproval> {
  const { store, parked, audit } = parts
  const { session } = asked
  using held = new DisposableStack()
  for (const { digests } of uploadsOf(asked)) held.use(parked.hold(digests.integrity))
  const replaced = await store.add(rowOf(asked))
  for (const upload of uploadsOf(asked)) await parked.park(upload)
  const approval = await askPeople(parts, asked, replaced)
  const about = { actor: session.did, subject: summaryOf(asked), details: idsOf(asked) }
  await audit.append({ action: 'operation.opened', ...about })
  return approval
}

async function askPeople(
  { people }: CeremonyParts,
  { session, requester, composed }: AskedOperation,
  replaced: Buffer | undefined,
): Promise<OpenedApproval> {
  const input = {
    operation: composed.bytes as Uint8Array<ArrayBuffer>,
    did: session.did as DidString,
    client: session.tokenId,
    requester,
    ...(replaced === undefined ? {} : { replaces: new Uint8Array(replaced) }),
  }
  const { authUrl, doneUrl } = await people.call(app.npm.operation.openApproval, { input })
  return { authUrl, doneUrl }
}
