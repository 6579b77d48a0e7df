import { durationMs } from '#common/policy/index.ts'
import type { Check } from '../check.ts'
import { isExpedited } from '../is-expedited.ts'

/** It is old enough that others would have noticed, unless it fixes what cannot wait. */
export const minimumAge: Check = {
  name: 'minimum-age',
  look(facts, policy) {
    const { minAge } = policy[facts.source]
    const until = facts.publishedAt.getTime() + durationMs(minAge)
    if (facts.now >= until || isExpedited(facts, policy)) return undefined
    const reason = `it is younger than ${minAge}`
    return { kind: 'hold', reason, remedy: 'install an earlier version, or wait', until: new Date(until).toISOString() }
  },
}
