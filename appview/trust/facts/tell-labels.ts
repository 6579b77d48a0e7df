import type { Teller } from '../trust-fact.ts'

/** Who says what of it, side by side: also what counts for nothing here. */
export const tellLabels: Teller = ({ known: { facts }, policy: { labels } }) => {
  const worrying = [...labels.block, ...labels.hold, ...labels.warn]
  return facts.labels.map(({ src, val, trust, reason, cts, exp }) => {
    const isHeard = trust === 'own' || facts.source !== 'internal'
    const why = reason === undefined ? '' : `: ${reason}`
    const until = exp === undefined ? '' : `, until ${exp}`
    return {
      fact: 'label',
      stance: isHeard && worrying.includes(val) ? 'against' : 'neutral',
      says: `It is labelled "${val}" (${trust}${until})${why}.`,
      by: src,
      at: cts,
    }
  })
}
