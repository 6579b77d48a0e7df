import { defineCheck } from '../check.ts'

/** Versions that nobody installs any more are better not given to others first. */
export const withdrawn = defineCheck({
  name: 'withdrawn',
  codes: { 'version-retired': { severity: 'warning', finds: 'a version that was withdrawn from installation' } },
  look: (_, say) => ({
    version({ version, retirement }) {
      if (retirement === undefined) return
      say(
        'version-retired',
        { version },
        'It is retired: nobody installs it',
        'Leave this version out, or say why it has to be public, and waive this',
      )
    },
  }),
})
