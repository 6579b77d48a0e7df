import type { Check } from '../check.ts'

/** Its maintainers did not withdraw it. */
export const notRetired: Check = {
  name: 'not-retired',
  look(facts) {
    if (facts.source !== 'internal' || facts.retirement === undefined) return undefined
    const { reason } = facts.retirement
    const why = `its maintainers withdrew it${reason === undefined ? '' : ` (${reason})`}`
    return { kind: 'block', reason: why, remedy: 'install another version' }
  },
}
