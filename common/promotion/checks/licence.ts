import parseSpdx from 'spdx-expression-parse'
import { defineCheck } from '../check.ts'

const remedy =
  'Name one of https://spdx.org/licenses in "license" of package.json, such as "Apache-2.0", and publish a new version'

/** Nobody may use what is published without a licence, so there is one that machines can read, and its text. */
export const licence = defineCheck({
  name: 'licence',
  codes: {
    'licence-missing': { severity: 'error', finds: 'a package.json that names no licence' },
    'licence-not-open': { severity: 'error', finds: 'the licence `UNLICENSED`, or `"private": true`' },
    'licence-invalid': { severity: 'error', finds: 'a licence that is no SPDX expression' },
    'licence-file-missing': { severity: 'warning', finds: 'no file with the text of the licence' },
  },
  look: (_, say) => ({
    tarball({ version }, { packageJson, files }) {
      const named = packageJson.license?.trim() ?? ''
      const place = { version, file: 'package.json' }
      if (named === '') say('licence-missing', place, 'It names no licence', remedy)
      else if (named.toUpperCase() === 'UNLICENSED') {
        say('licence-not-open', place, 'Its licence is "UNLICENSED": nobody may use it', remedy)
      } else if (!isSpdx(named)) {
        say('licence-invalid', place, `Its licence ${JSON.stringify(named)} is no SPDX expression`, remedy)
      }
      if (packageJson['private'] === true) {
        const change = 'Take "private" out of package.json, and publish a new version'
        say('licence-not-open', place, 'It says "private": true, so npm refuses to publish it', change)
      }
      if (files.some(({ path }) => /^(?:un)?licen[cs]e|^copying/i.test(path))) return
      const add = 'Put the text into a file LICENSE beside package.json, and publish a new version'
      say('licence-file-missing', { version }, 'It has no file with the text of its licence', add)
    },
  }),
})

function isSpdx(expression: string): boolean {
  try {
    parseSpdx(expression)
    return true
  } catch {
    return false
  }
}
