import parseSpdx from 'spdx-expression-parse'
import { z } from 'zod'

const licence = z
  .string()
  .min(1)
  .max(100)
  .refine(isOneLicence, 'is not an SPDX identifier such as MIT or Apache-2.0 (https://spdx.org/licenses)')

const unknownLicence = z.enum(['allow', 'warn', 'hold', 'block'])

/** Licences of what comes in from outside. Nothing is looked at while there is neither list. */
export const licenceRules = z
  .strictObject({
    allow: z
      .array(licence)
      .min(1, 'would allow nothing; leave it out to allow every licence')
      .max(1_000)
      .optional()
      .describe('Licences that are fine, as SPDX identifiers; every other one is blocked. Without it, all are.'),
    deny: z
      .array(licence)
      .max(1_000)
      .default([])
      .describe('Licences that block, unless there is another one to choose.'),
    missing: unknownLicence.default('hold').describe('What happens to a version that names no licence.'),
    unparsable: unknownLicence
      .default('hold')
      .describe('What happens to a version whose licence is no SPDX expression, such as `SEE LICENSE IN EULA.txt`.'),
  })
  .prefault({})
  .describe('Licences of public and upstream packages.')
export type LicenceRules = z.output<typeof licenceRules>

function isOneLicence(text: string): boolean {
  try {
    return 'license' in parseSpdx(text)
  } catch {
    return false
  }
}
