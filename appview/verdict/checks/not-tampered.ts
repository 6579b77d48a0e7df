import type { Check } from '../check.ts'

/** The record is the first that was ever seen in its place, and no other ever stood there. */
export const notTampered: Check = {
  name: 'not-tampered',
  look(facts) {
    if (facts.source !== 'internal' || (!facts.tampered && facts.cid === facts.firstCid)) return undefined
    const reason = `its record was changed after it was first seen as ${facts.firstCid}`
    return { kind: 'block', reason, remedy: 'publish a new version' }
  },
}
