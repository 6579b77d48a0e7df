import type { PeopleContext } from '../context.ts'
import type { Session } from '../sessions/index.ts'
import { listPasskeys } from './stored-passkeys.ts'

/** Whether this person's second factor is a passkey: their identity provider proves none. */
export function usesPasskeys(
  { providers }: Pick<PeopleContext, 'providers'>,
  { issuer }: Pick<Session, 'issuer'>,
): boolean {
  return providers.all.find((idp) => idp.issuer === issuer)?.mfa === 'passkey'
}

/** Whether this person could approve nothing: a passkey is asked of them, and they have none that counts. */
export async function lacksPasskey(
  context: Pick<PeopleContext, 'providers' | 'db'>,
  session: Pick<Session, 'issuer' | 'did'>,
): Promise<boolean> {
  if (!usesPasskeys(context, session)) return false
  return !(await listPasskeys(context, session.did)).some(({ isConfirmed }) => isConfirmed)
}
