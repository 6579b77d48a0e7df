import type { PeopleContext } from '../context.ts'
import type { Session } from '../sessions/index.ts'

/** Whether this person's second factor is a passkey: their identity provider proves none. */
export function usesPasskeys(
  { providers }: Pick<PeopleContext, 'providers'>,
  { issuer }: Pick<Session, 'issuer'>,
): boolean {
  return providers.all.find((idp) => idp.issuer === issuer)?.mfa === 'passkey'
}
