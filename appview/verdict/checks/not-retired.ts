import type { Check } from '../check.ts'
import type { VersionFacts } from '../facts/version-facts.ts'

/** Its maintainers did not withdraw it. */
export const notRetired: Check = {
  name: 'not-retired',
  look(facts) {
    const retirement = retirementOf(facts)
    if (retirement === undefined) return undefined
    const { reason } = retirement
    const why = `its maintainers withdrew it${reason === undefined ? '' : ` (${reason})`}`
    return { kind: 'block', reason: why, remedy: 'install another version' }
  },
}

function retirementOf(facts: VersionFacts): { reason: string | undefined } | undefined {
  if (facts.source === 'internal') return facts.retirement
  // What strangers write as their reason is not ours to repeat.
  return facts.inPublic?.retired === true ? { reason: undefined } : undefined
}
