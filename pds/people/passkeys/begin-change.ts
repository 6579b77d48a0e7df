import { type ComposedOperation, composeAddPasskey, composeRemovePasskey } from '#common/operations/index.ts'
import { nonceOf } from '#common/records/index.ts'
import type { PeopleContext } from '../context.ts'
import { beginRound } from '../idp/index.ts'
import type { Session } from '../sessions/index.ts'
import { listPasskeys, type StoredPasskey } from './stored-passkeys.ts'

const lifetimeSeconds = 10 * 60

interface ChangeRequest {
  browser: string
  session: Session
  returnTo: string
}

/**
 * The way on which a passkey comes to count: another passkey signs that it is this person's, unless it is the first, and so does the IdP.
 * @returns where to send the browser
 * @throws ComponentUnavailable, TooManyRequests
 */
export async function beginAdding(
  context: PeopleContext,
  { id, publicKey }: Pick<StoredPasskey, 'id' | 'publicKey'>,
  request: ChangeRequest,
): Promise<string> {
  const { did } = request.session
  const input = {
    credential: Buffer.from(id, 'base64url'),
    publicKey: Uint8Array.from(publicKey),
    createdAt: now(context),
  }
  const isFirst = !(await listPasskeys(context, did)).some(({ isConfirmed }) => isConfirmed)
  return begin(context, composeAddPasskey(did, input, expiry(context)), { ...request, isFirst })
}

/** @returns where to send the browser @throws ComponentUnavailable, TooManyRequests */
export async function beginRemoving(context: PeopleContext, id: string, request: ChangeRequest): Promise<string> {
  const input = { credential: Buffer.from(id, 'base64url'), createdAt: now(context) }
  const operation = composeRemovePasskey(request.session.did, input, expiry(context))
  return begin(context, operation, { ...request, isFirst: false })
}

function begin(
  context: PeopleContext,
  { bytes, op }: ComposedOperation,
  { browser, session, returnTo, isFirst }: ChangeRequest & { isFirst: boolean },
): Promise<string> {
  const { did, issuer } = session
  return beginRound(context, {
    purpose: 'change-passkeys',
    issuer,
    browser,
    returnTo,
    did,
    operation: bytes,
    nonce: nonceOf(op),
    ...(isFirst ? {} : { stepUp: { maxAgeSeconds: 0 } }),
  })
}

function now({ clock }: PeopleContext): string {
  return new Date(clock.now()).toISOString()
}

function expiry({ clock }: PeopleContext): number {
  return Math.floor(clock.now() / 1000) + lifetimeSeconds
}
