import { composeToken } from '#common/operations/index.ts'
import { type OpenedApproval, operationLifetimeSeconds } from '../../operations/index.ts'
import { expiryOf } from '../token/index.ts'
import type { TokenMaking, TokenRequest } from './context.ts'

/** Fixes everything about the token, its end included, and sends the person to the page that says it. */
export async function openApproval(
  { ceremony, clock, config }: TokenMaking,
  { session, requester, wanted }: TokenRequest,
  request: Buffer,
): Promise<OpenedApproval> {
  const now = clock.now()
  const { name, description, access, packages = ['*'], cidrs } = wanted
  const input = {
    name,
    ...(description === '' ? {} : { description }),
    access,
    packages,
    cidrs,
    expiresAt: expiryOf(wanted, config.tokens, now).toISOString(),
    createdAt: new Date(now).toISOString(),
  }
  const composed = composeToken(wanted.org ?? session.did, input, Math.floor(now / 1000) + operationLifetimeSeconds)
  return ceremony.open({ session, requester, request, composed, upload: undefined })
}
