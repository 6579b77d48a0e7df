import type { Check } from '../check.ts'
import { judgeLicence } from '../judge-licence.ts'

/** The licence is one that policy lets in. Packages of the company's own are not asked for theirs. */
export const licence: Check = {
  name: 'licence',
  look(facts, { licences }) {
    if (facts.source === 'internal') return undefined
    const { outcome, reason } = judgeLicence(facts.licence, licences)
    if (outcome !== 'hold' && outcome !== 'block') return undefined
    return { kind: outcome, reason, remedy: 'choose another package, or have its licence looked at' }
  },
}
