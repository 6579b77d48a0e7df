import { matchesPackagePattern } from '#common/authz/index.ts'
import type { Check } from '../check.ts'

/** Packages of which policy wants provenance have it, verified. */
export const requireProvenance: Check = {
  name: 'require-provenance',
  look({ name, source, provenance }, policy) {
    const pattern = policy[source].requireProvenance.find((one) => matchesPackagePattern(name.toLowerCase(), one))
    if (pattern === undefined || provenance?.state === 'verified') return undefined
    const reason = `it has no verified provenance, which policy wants of ${pattern}`
    return { kind: 'hold', reason, remedy: 'install a version that has' }
  },
}
