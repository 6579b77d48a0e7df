import type { CheckName, Policy } from '#common/policy/index.ts'
import { checks } from './decide.ts'
import type { VersionFacts } from './facts/version-facts.ts'
import { isWaived } from './is-waived.ts'

/** What one check says of a version; the first that is not passed or waived decides. */
export interface Look {
  check: CheckName
  outcome: 'passed' | 'waived' | 'hold' | 'block'
  reason?: string
  /** RFC 3339. */
  until?: string
}

/** Every check in its order, also those behind the one that decides. A waived one says what it would have had against it. Pure. */
export function lookAtEach(facts: VersionFacts, policy: Policy): Look[] {
  return checks.map(({ name: check, look }): Look => {
    const finding = look(facts, policy)
    if (finding === undefined) return { check, outcome: 'passed' }
    const { kind, reason, until } = finding
    const outcome = isWaived(check, facts, policy) ? 'waived' : kind
    return { check, outcome, reason, ...(until === undefined ? {} : { until }) }
  })
}
