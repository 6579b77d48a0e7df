import { AtollError } from '#common/errors/index.ts'
import { encodeAssertion, parseAssertion, relyingPartyOf, verifyAssertion } from '#common/passkeys/index.ts'
import type { PeopleContext } from '../context.ts'
import { authorizationUrl, findRound, keepPasskeySignature, type Round } from '../idp/index.ts'
import type { Session } from '../sessions/index.ts'
import { noteRefused } from './note-refused.ts'
import { findPasskey, noteCounter } from './stored-passkeys.ts'

interface RoundVisit {
  /** Of the address. */
  state: string
  browser: string
  session: Session
}

/** The round that a passkey is to sign. @throws ExpiredHandle, NotYours */
export async function findUnsigned(
  { db, clock }: PeopleContext,
  { state, browser, session }: RoundVisit,
): Promise<Round> {
  const round = await findRound(db, { state, browser, now: new Date(clock.now()) })
  if (round === undefined) throw new AtollError('ExpiredHandle')
  if (round.did !== session.did) throw new AtollError('NotYours')
  return round
}

/**
 * Keeps what a passkey of the person signed: exactly what the IdP is asked to sign next. The org PDS will check it again, against a
 * table of its own.
 * @param json the assertion, as the browser's script sends it
 * @returns the IdP's address to send the browser to
 * @throws ExpiredHandle, NotYours, InvalidRequest, PasskeyNotAccepted, ComponentUnavailable
 */
export async function signRound(context: PeopleContext, visit: RoundVisit, json: string): Promise<string> {
  const { state, session } = visit
  const { issuer, nonce, pkceVerifier, purpose } = await findUnsigned(context, visit)
  try {
    await keepPasskeySignature(context.db, state, await verifySignature(context, session, { nonce, json }))
  } catch (error) {
    if (purpose === 'change-passkeys') await noteRefused(context, session, error)
    throw error
  }
  return authorizationUrl(context, { issuer, state, nonce, pkceVerifier })
}

/** @returns the assertion, as it is passed on */
async function verifySignature(
  context: PeopleContext,
  { did }: Session,
  { nonce, json }: { nonce: string; json: string },
): Promise<string> {
  const assertion = parseAssertion(json)
  const passkey = await findPasskey(context, did, assertion.id)
  if (!passkey.isConfirmed) throw new AtollError('PasskeyNotAccepted', { reason: 'it does not count yet' })
  const relyingParty = relyingPartyOf(context.config.network)
  const counter = await verifyAssertion(assertion, { challenge: nonce, relyingParty, passkey })
  await noteCounter(context, passkey, counter)
  return encodeAssertion(assertion)
}
