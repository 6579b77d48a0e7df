import { checkIsActive, verifyPerson } from '#common/ceremony/index.ts'
import type { LabelingContext } from './context.ts'

/** @throws InvalidToken, UntrustedIssuer, StaleToken, ReplayedToken, AccountDisabled, ComponentUnavailable */
export async function verifyCaller(context: LabelingContext): Promise<void> {
  const { token, op, kind, services } = context
  const caller = await verifyPerson(token, { method: kind.procedure, op }, services.callers)
  await checkIsActive(caller, services.hosts.people)
  context.caller = caller
}
