import type { Policy } from '#common/policy/index.ts'
import type { Check } from '../check.ts'
import type { LabelFact } from '../facts/known-elsewhere.ts'
import { saidOf } from '../label-words.ts'

/**
 * No label in effect that policy blocks or holds by, of a labeler that may. Labels of others act on what comes from outside only: nobody
 * else switches off what a company made itself.
 */
export const labels: Check = {
  name: 'labels',
  look(facts, policy) {
    const counting = facts.labels.filter(
      ({ trust }) => trust === 'own' || (trust === 'block' && facts.source !== 'internal'),
    )
    for (const kind of ['block', 'hold'] as const) {
      const found = counting.find(isListed(policy.labels[kind]))
      if (found !== undefined) return { kind, reason: `${saidOf(found)} by ${found.src}`, remedy: remedyOf(kind) }
    }
    return undefined
  },
}

function isListed(values: Policy['labels']['block']): (label: LabelFact) => boolean {
  return ({ val }) => values.includes(val)
}

function remedyOf(kind: 'block' | 'hold'): string {
  return kind === 'block' ? 'install another version' : 'install another version, or wait until the label is taken back'
}
