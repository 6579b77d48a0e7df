import type { Check } from '../check.ts'

/** What its provenance says is signed by whom it names, is about these bytes, and agrees with the source its package declared. */
export const provenance: Check = {
  name: 'provenance',
  look({ provenance: fact }) {
    if (fact === undefined || fact.state === 'verified') return undefined
    if (fact.state === 'unread') {
      const reason = 'its provenance has not been read yet'
      return { kind: 'hold', reason, remedy: 'try again in a few seconds' }
    }
    const what =
      fact.state === 'mismatch' ? 'its provenance is not of the declared source' : 'its provenance does not verify'
    return {
      kind: 'block',
      reason: `${what} (${fact.reason})`,
      remedy: 'install a version that was built where it should be',
    }
  },
}
