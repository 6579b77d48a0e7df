import { defineCheck } from '../check.ts'

/** A second party stands for every version, outside as inside (DESIGN §2). */
export const attestation = defineCheck({
  name: 'attestation',
  codes: {
    'attestation-missing': { severity: 'error', finds: 'a version nobody attests, a staged one for instance' },
    'attestation-invalid': {
      severity: 'error',
      finds: 'an attestation that does not verify, or by somebody who was not permitted',
    },
  },
  look: (_, say) => ({
    version({ version, attestation: found }) {
      const remedy = 'Leave this version out, or publish a new one'
      if (found.state === 'missing') {
        say(
          'attestation-missing',
          { version },
          'Nobody attests it',
          `Have it approved if it is staged; else: ${remedy.toLowerCase()}`,
        )
      } else if (found.state === 'invalid') {
        say('attestation-invalid', { version }, `Its attestation does not hold: ${found.reason}`, remedy)
      }
    },
  }),
})
