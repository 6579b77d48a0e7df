import type { Check } from '../check.ts'
import { saidOf } from '../label-words.ts'

/** Values the company's own labeler blocks with, whatever policy says of labels. */
const final = ['malware', 'revoked']

/** The company's own labeler did not call it malware, nor revoke it: the kill switch, against which there is no exception. */
export const notRevoked: Check = {
  name: 'not-revoked',
  look({ labels }) {
    const found = labels.find(({ trust, val }) => trust === 'own' && final.includes(val))
    if (found === undefined) return undefined
    const remedy = 'install another version; if it is on your machine, "atoll who-has" tells who else has it'
    return { kind: 'block', reason: `${saidOf(found)} by this registry`, remedy }
  },
}
