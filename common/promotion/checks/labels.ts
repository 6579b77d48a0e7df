import { defineCheck } from '../check.ts'

/** What is not installed inside is not given to others. */
export const labels = defineCheck({
  name: 'labels',
  codes: {
    'label-blocks': { severity: 'error', finds: 'a label that blocks: `malware`, `revoked`, `quarantine`' },
    'label-warns': { severity: 'warning', finds: 'a label that warns: `advisory`, `unmaintained`' },
  },
  look: (_, say) => ({
    version({ version, labels: found }) {
      for (const { val, effect, source, reason } of found) {
        if (effect === 'note') continue
        const message = `It is labelled "${val}" by ${source}${reason === undefined ? '' : `: ${reason}`}`
        if (effect === 'block')
          say('label-blocks', { version }, message, 'Leave this version out, or have the label taken back')
        else
          say(
            'label-warns',
            { version },
            message,
            'Leave this version out, or say why it may be public, and waive this',
          )
      }
    },
  }),
})
