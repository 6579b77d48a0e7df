import type { Teller } from '../trust-fact.ts'

/** That its bytes are deleted: who had that done, and why, stays to be seen. */
export const tellPurge: Teller = ({ known: { facts } }) => {
  if (facts.purge === undefined) return []
  const { uri, cid, reason, by, at } = facts.purge
  const says = `It was purged, its bytes are deleted here for good: ${reason}`
  return [{ fact: 'purge', stance: 'against', says, by, at, proof: { uri, cid } }]
}
