import { matchesPackagePattern } from '#common/authz/index.ts'
import { type CheckName, isWaivable, type Policy } from '#common/policy/index.ts'
import type { ExceptionFact } from './facts/known-elsewhere.ts'
import type { VersionFacts } from './facts/version-facts.ts'

/** Whether a check does not stop this version: by policy for its package, or because somebody made an exception. */
export function isWaived(check: CheckName, facts: VersionFacts, { exempt }: Policy): boolean {
  if (!isWaivable(check)) return false
  const name = facts.name.toLowerCase()
  return (
    exempt.some(
      ({ checks, packages }) =>
        checks.includes(check) && packages.some((pattern) => matchesPackagePattern(name, pattern)),
    ) || isExcepted(check, facts.exceptions, facts.now)
  )
}

export function isExcepted(check: string, exceptions: readonly ExceptionFact[], now: number): boolean {
  return exceptions.some(({ checks, until }) => checks.includes(check) && Date.parse(until) > now)
}
