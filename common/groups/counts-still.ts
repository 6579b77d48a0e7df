import type { IdpConfig } from '#common/config/index.ts'

type Provider = Pick<IdpConfig, 'issuer' | 'groups'>

const hourMs = 3_600_000

/**
 * Whether what a provider said about somebody's groups counts at this moment: the provider is one whose groups are asked for,
 * and it said so no longer ago than its `maxAgeHours`, if it has one.
 * @param membership.observedAt RFC 3339
 * @param now milliseconds since the epoch
 */
export function countsStill(
  { issuer, observedAt }: { issuer: string; observedAt: string },
  idps: readonly Provider[],
  now: number,
): boolean {
  const groups = idps.find((idp) => idp.issuer === issuer)?.groups
  if (groups === undefined) return false
  return groups.maxAgeHours === undefined || now - Date.parse(observedAt) <= groups.maxAgeHours * hourMs
}
