import { AtollError } from '#common/errors/index.ts'
import type { TokenPolicy } from '../../config.ts'
import type { TokenAccess } from '../../database/tables.ts'

const dayMs = 24 * 3600_000
const defaultDays = 30

/**
 * When a token that is made now ends.
 * @param wanted.days as its person asked; undefined leaves it to the policy
 * @throws InvalidRequest when the policy does not allow that long
 */
export function expiryOf(
  wanted: { access: TokenAccess; days: number | undefined },
  policy: TokenPolicy,
  now: number,
): Date {
  const { access, days } = wanted
  const maxDays = access === 'read-only' ? policy.readOnlyMaxDays : policy.maxDays
  if (days !== undefined && days > maxDays) {
    const kind = access === 'read-only' ? 'a read-only token' : 'a token that may write'
    throw new AtollError('InvalidRequest', { reason: `${kind} lives for ${maxDays} days at most here, not ${days}` })
  }
  return inDays(days ?? Math.min(defaultDays, maxDays), now)
}

export function inDays(days: number, now: number): Date {
  return new Date(now + days * dayMs)
}

/** Whether nobody used it for longer than the policy lets tokens lie about. */
export function isIdle(lastUsedAt: Date, { idleDays }: TokenPolicy, now: number): boolean {
  return idleDays !== undefined && lastUsedAt.getTime() + idleDays * dayMs <= now
}
