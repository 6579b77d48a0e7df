import { durationMs, type Policy } from '#common/policy/index.ts'
import type { VersionFacts } from './facts/version-facts.ts'

/**
 * A security fix need not wait for its age, on an advisory from a source that policy trusts with that (DESIGN §5): the version is
 * not affected by any, and everything it has has been there for that age.
 */
export function isExpedited({ advisories, traits, source, now }: VersionFacts, policy: Policy): boolean {
  if (!advisories.some(({ mayExpedite, affected }) => mayExpedite && !affected)) return false
  if (advisories.some(({ affected }) => affected)) return false
  const { minAge } = policy[source]
  return traits.every(({ at }) => at.getTime() + durationMs(minAge) <= now)
}
