import type { Check } from '../check.ts'
import type { VersionFacts } from '../facts/version-facts.ts'

/** The record is the first that was ever seen in its place, and no other ever stood there. */
export const notTampered: Check = {
  name: 'not-tampered',
  look(facts) {
    if (!wasChanged(facts)) return undefined
    const first = facts.source === 'internal' ? ` as ${facts.firstCid}` : ''
    const reason = `its record was changed after it was first seen${first}`
    return { kind: 'block', reason, remedy: 'publish a new version' }
  },
}

function wasChanged(facts: VersionFacts): boolean {
  if (facts.source !== 'internal') return facts.inPublic?.tampered === true
  return facts.tampered || facts.cid !== facts.firstCid
}
