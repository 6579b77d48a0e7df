import { defineCheck } from '../check.ts'
import { isPrivateName } from '../closure/is-private-name.ts'
import { placeIn } from '../reading/text-seen.ts'

const scoped = /(?<![\w@.])@[a-z0-9][\w.-]{0,200}\/[a-z0-9_][\w.-]{0,200}/gi
const quoted = /(?<=(['"`]))[a-z0-9][\w.-]{1,213}(?=\1)/gi

/** No name of a private package is said, in code that asks for it or in a sentence. */
export const privateNames = defineCheck({
  name: 'private-names',
  codes: {
    'private-name': {
      severity: 'warning',
      finds: 'the name of a private package in any text: with a scope anywhere, else in quotes',
    },
  },
  look: ({ names }, say) => ({
    text(seen) {
      for (const { 0: raw, index } of both(seen.text)) {
        const name = raw.replace(/[.-]+$/, '')
        // Without a scope a word is a name only when somebody here has published it.
        if (!name.startsWith('@') && !names.packages.has(name)) continue
        if (!isPrivateName(name, names)) continue
        const remedy = `Promote ${name}, too, or take the name out and publish a new version`
        say('private-name', placeIn(seen, index), `It names the private package ${name}`, remedy)
      }
    },
  }),
})

function* both(text: string): Generator<RegExpExecArray> {
  yield* text.matchAll(scoped)
  yield* text.matchAll(quoted)
}
