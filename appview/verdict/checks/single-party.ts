import type { Check } from '../check.ts'

/** More than one system stands for a public version, where policy asks for that. */
export const singleParty: Check = {
  name: 'single-party',
  look({ inPublic }, policy) {
    if (inPublic?.parties !== 'one' || policy.public.singleParty === 'allow') return undefined
    const reason = 'one account alone stands for it, and policy wants two parties'
    return { kind: 'hold', reason, remedy: 'Ask for an exception from single-party.' }
  },
}
