import type { Check } from '../check.ts'

/** Somebody who was permitted to publish the package attests exactly this record. */
export const attestedByPermitted: Check = {
  name: 'attested-by-permitted',
  look(facts) {
    if (facts.source !== 'internal' || facts.judgement?.versionCid === facts.cid) return undefined
    const reason =
      facts.attestations === 0
        ? 'nobody attests that they made it'
        : 'nobody who may publish this package attests that they made it'
    return { kind: 'hold', reason, remedy: 'have somebody who may publish the package approve it' }
  },
}
