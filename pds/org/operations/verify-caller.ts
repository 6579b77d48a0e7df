import { checkIsActive, verifyPerson } from '#common/ceremony/index.ts'
import type { OperationContext } from './context.ts'

/** The person's own token is about exactly this operation, and used for the first time; and they have not left. */
export async function verifyCaller(context: OperationContext): Promise<void> {
  const { token, op, kind, services } = context
  const caller = await verifyPerson(token, { method: kind.procedure, op }, services.callers)
  await checkIsActive(caller, services.proofs.peers.people)
  context.caller = caller
}
