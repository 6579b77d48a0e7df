import { defineCheck } from '../check.ts'

/** What is said of where a version was built is true. */
export const provenance = defineCheck({
  name: 'provenance',
  codes: {
    'provenance-invalid': {
      severity: 'error',
      finds: 'provenance that does not verify, or is of another source than declared',
    },
    'provenance-unread': { severity: 'error', finds: 'provenance that has not been read yet' },
    'provenance-missing': { severity: 'warning', finds: 'a version without provenance' },
  },
  look: (_, say) => ({
    version({ version, provenance: found }) {
      const again = 'Publish a new version from the declared source'
      if (found.state === 'invalid') {
        say('provenance-invalid', { version }, `Its provenance does not hold: ${found.reason}`, again)
      } else if (found.state === 'unread') {
        say(
          'provenance-unread',
          { version },
          'Its provenance has not been read yet',
          'Run the preflight again in a minute',
        )
      } else if (found.state === 'missing') {
        const remedy = `${again} with provenance (docs/provenance.md), or waive this`
        say('provenance-missing', { version }, 'Nothing proves where it was built', remedy)
      }
    },
  }),
})
