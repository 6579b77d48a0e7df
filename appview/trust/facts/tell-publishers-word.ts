import type { Teller } from '../trust-fact.ts'

/** What its publisher says of it since: that it is withdrawn, or better not used any more. */
export const tellPublishersWord: Teller = ({ known: { facts, deprecated } }) => {
  const retirement = facts.source === 'internal' ? facts.retirement : undefined
  const why = retirement?.reason === undefined ? '' : `: ${retirement.reason}`
  return [
    ...(retirement === undefined
      ? []
      : [{ fact: 'retirement', stance: 'against', says: `Its organisation withdrew it${why}.` } as const]),
    ...(deprecated === undefined || deprecated === ''
      ? []
      : [{ fact: 'deprecation', stance: 'against', says: `It is deprecated: ${deprecated}` } as const]),
  ]
}
