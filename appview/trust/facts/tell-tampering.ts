import type { Teller } from '../trust-fact.ts'

/** Whether it is what it was when we first saw it. */
export const tellTampering: Teller = ({ known: { facts, upstream } }) => {
  if (facts.source !== 'internal') return told(upstream)
  const isOther = facts.tampered || facts.firstCid !== facts.cid
  const says = isOther
    ? `Its record was changed after it was published: the first one was ${facts.firstCid}.`
    : 'No other record was ever seen in its place.'
  return [{ fact: 'tampering', stance: isOther ? 'against' : 'for', says }]
}

function told({ removedAt, changedAt }: { removedAt?: string | undefined; changedAt?: string | undefined }) {
  const changed = 'Its registry says now that its bytes are others; here are those that were there first.'
  return [
    ...(changedAt === undefined
      ? []
      : [{ fact: 'tampering', stance: 'against', says: changed, at: changedAt } as const]),
    ...(removedAt === undefined
      ? []
      : [{ fact: 'removed', stance: 'against', says: 'Its registry has it no longer.', at: removedAt } as const]),
  ]
}
