import { z } from 'zod'
import { isValidPackagePattern } from '#common/authz/package-pattern.ts'
import { additionChecks } from './check-names.ts'
import { durationSchema } from './duration.ts'

export const packagePatterns = z
  .array(z.string().refine(isValidPackagePattern, 'is not a package name or a pattern such as @acme/* or left-pad'))
  .max(10_000)

const fields = (defaults: { minAge: string; holdAdded: (typeof additionChecks)[number][]; holdAddedFor: string }) => ({
  minAge: durationSchema
    .default(defaults.minAge)
    .describe('Versions younger than this are held. Counted from our own first sight, not from what a publisher says.'),
  installScripts: z
    .enum(['allow', 'hold-new', 'deny'])
    .default('hold-new')
    .describe(
      'Scripts that run on installation: `hold-new` holds the version that brings or changes one, first versions too; `deny` every version that has one.',
    ),
  holdAdded: z
    .array(z.enum(additionChecks))
    .max(additionChecks.length)
    .default(defaults.holdAdded)
    .describe('What else holds a version that has it when the ones before it had not.'),
  holdAddedFor: z
    .union([z.literal('released'), durationSchema])
    .default(defaults.holdAddedFor)
    .describe(
      'How long what is new holds a version: a time such as `14d`, or `released` for until somebody makes an exception.',
    ),
  requireProvenance: packagePatterns
    .default([])
    .describe('Packages of which only versions with verified provenance are installed.'),
  ciOnly: packagePatterns.default([]).describe('Packages of which only versions made by a CI job are installed.'),
})

/**
 * Who may publish an internal package is an approved operation of its organisation, and so is each publish: neither age nor a further
 * publisher says anything there that was not decided already.
 */
export const internalRules = z
  .strictObject(fields({ minAge: '0h', holdAdded: ['native-build', 'lost-provenance'], holdAddedFor: 'released' }))
  .prefault({})
  .describe('Versions of the organisations of this box.')

const outside = fields({
  minAge: '24h',
  holdAdded: ['native-build', 'new-publisher', 'lost-provenance'],
  holdAddedFor: '14d',
})

export const publicRules = z
  .strictObject({
    ...outside,
    singleParty: z
      .enum(['allow', 'hold'])
      .default('allow')
      .describe(
        '`hold` holds versions for which one account alone stands; where an organisation lists its publishers, one of them has to attest in any case.',
      ),
  })
  .prefault({})
  .describe('Versions of the public network.')

export const upstreamRules = z
  .strictObject({
    ...outside,
    firstUse: z
      .enum(['allow', 'hold'])
      .default('allow')
      .describe('`hold` holds packages nobody here ever used, until somebody makes an exception. See exceptions.md.'),
  })
  .prefault({})
  .describe('Versions of the registries outside.')

/** What holds the versions of one source. */
export type SourceRules = z.output<typeof internalRules>
