import { matchesPackagePattern } from '#common/authz/index.ts'
import type { Check } from '../check.ts'

/** Packages that only CI jobs may publish were published by one. */
export const ciOnly: Check = {
  name: 'ci-only',
  look({ name, source, byCi }, policy) {
    const pattern = policy[source].ciOnly.find((one) => matchesPackagePattern(name.toLowerCase(), one))
    if (pattern === undefined || byCi) return undefined
    const reason = `no CI job published it, which policy wants of ${pattern}`
    return { kind: 'hold', reason, remedy: 'have its CI job publish a version' }
  },
}
