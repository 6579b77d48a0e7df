import type { Check } from '../check.ts'

/** Somebody here used the package before, or somebody decided that it may be used. */
export const firstUse: Check = {
  name: 'first-use',
  look(facts, policy) {
    if (facts.source !== 'upstream' || facts.neverUsed !== true) return undefined
    if (policy.upstream.firstUse === 'allow') return undefined
    return {
      kind: 'hold',
      reason: 'nobody here ever used this package, and policy lets in only what somebody decided to use',
      remedy: 'Ask for an exception from first-use; one is enough for the package.',
    }
  },
}
