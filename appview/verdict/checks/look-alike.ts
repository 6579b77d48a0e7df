import type { Check } from '../check.ts'

/** Its name cannot be taken for one of ours. */
export const lookAlike: Check = {
  name: 'look-alike',
  look(facts, { lookAlikes }) {
    if (facts.source === 'internal' || facts.looksLike === undefined || lookAlikes !== 'hold') return undefined
    const reason = `${facts.name} looks like ${facts.looksLike}, which is a name of this network`
    return { kind: 'hold', reason, remedy: 'check that it is the package you mean' }
  },
}
