import { AtollError } from '#common/errors/index.ts'
import type { PeopleContext } from '../context.ts'
import { beginRound } from '../idp/index.ts'
import type { Session } from '../sessions/index.ts'
import { isSameAddress } from './same-address.ts'
import type { SignIn } from './sign-ins.ts'

export interface Confirmation {
  session: Session
  browser: string
  /** The browser's. */
  address: string
  returnTo: string
}

/**
 * *Sign in* was pressed. From the requester's own address that is enough; from another one, and for whatever shows a code to be
 * typed, the person authenticates afresh, with a second factor, first (DESIGN §2).
 * @returns the IdP's address to send the browser to, or undefined when it is done
 * @throws ExpiredHandle when somebody else confirmed it; OtherAddressRefused
 */
export async function confirmSignIn(
  context: PeopleContext,
  signIn: SignIn,
  { session, browser, address, returnTo }: Confirmation,
): Promise<string | undefined> {
  checkAddress(context, signIn, address)
  if (!signIn.device && isSameAddress(address, signIn.requester.address)) {
    await markConfirmed(context, signIn, session)
    return undefined
  }
  return beginRound(context, {
    purpose: 'confirm',
    issuer: session.issuer,
    browser,
    returnTo,
    did: session.did,
    prompt: 'login',
    stepUp: { maxAgeSeconds: 0 },
  })
}

/** Policy may have it that nobody signs in a machine they do not sit at. @throws OtherAddressRefused */
export function checkAddress({ config }: PeopleContext, { requester }: SignIn, address: string): void {
  if (config.signIn.otherAddress === 'warn' || isSameAddress(address, requester.address)) return
  throw new AtollError('OtherAddressRefused', { requester: requester.address, address })
}

/** @throws ExpiredHandle */
export async function markConfirmed({ db, log }: PeopleContext, signIn: SignIn, { did }: Session): Promise<void> {
  const updated = await db
    .updateTable('sign_in')
    .set({ confirmed_by: did })
    .where('id_hash', '=', signIn.id)
    .where((e) => e.or([e('confirmed_by', 'is', null), e('confirmed_by', '=', did)]))
    .where((e) => e.or([e('entered_by', 'is', null), e('entered_by', '=', did)]))
    .executeTakeFirst()
  if (updated.numUpdatedRows === 0n) throw new AtollError('ExpiredHandle')
  log.info({ did, requester: signIn.requester }, 'sign-in confirmed')
}

/** *This was not me* was pressed: link and code are worth nothing from now on. */
export async function refuseSignIn({ db, clock, log }: PeopleContext, signIn: SignIn): Promise<void> {
  await db
    .updateTable('sign_in')
    .set({ refused_at: new Date(clock.now()) })
    .where('id_hash', '=', signIn.id)
    .execute()
  log.warn({ requester: signIn.requester }, 'sign-in refused by the person')
}
