import { defineCheck } from '../check.ts'
import { placeIn } from '../reading/text-seen.ts'

const home =
  /(?<![\w.~-])\/(?:home|Users)\/([\w.-]{1,64})\/|(?<!\w)[a-z]:(?:\\{1,2}|\/)Users(?:\\{1,2}|\/)([\w.-]{1,64})(?:\\{1,2}|\/)/gi
// As examples say it.
const nobody = new Set('user username you me name someone node app runner shared public default'.split(' '))

/** Paths of the machine it was built on tell who built it, and how the inside is arranged. */
export const buildPaths = defineCheck({
  name: 'build-paths',
  codes: {
    'build-path': {
      severity: 'warning',
      finds: 'a path in the home of somebody: `/home/…/`, `/Users/…/`, `C:\\Users\\…\\`',
    },
  },
  look: (_, say) => ({
    text(seen) {
      for (const { 0: path, 1: unix, 2: windows, index } of seen.text.matchAll(home)) {
        if (nobody.has((unix ?? windows ?? '').toLowerCase())) continue
        const remedy = 'Build it so that paths are relative, and publish a new version'
        say('build-path', placeIn(seen, index), `It names ${path}, a folder of whoever built it`, remedy)
      }
    },
  }),
})
