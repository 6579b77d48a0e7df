import type { Check } from '../check.ts'

/** Its bytes were not deleted for good. */
export const notPurged: Check = {
  name: 'not-purged',
  look({ purge }) {
    if (purge === undefined) return undefined
    return { kind: 'block', reason: purge.reason, remedy: 'install another version' }
  },
}
