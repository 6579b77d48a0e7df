import { z } from 'zod'
import { waivableChecks } from './check-names.ts'
import { licenceRules } from './licence-rules.ts'
import { internalRules, packagePatterns, publicRules, upstreamRules } from './source-rules.ts'

const labelValues = z.array(
  z.string().regex(/^[a-z][a-z0-9-]{0,127}$/, 'is not a label such as malware: lower-case letters, digits and hyphens'),
)

const labels = z
  .strictObject({
    block: labelValues.default(['malware', 'revoked']).describe('Labels that block a version at once.'),
    hold: labelValues.default(['quarantine']).describe('Labels that hold it for as long as they are there.'),
    warn: labelValues.default(['advisory']).describe('Labels that are said to whoever installs it.'),
  })
  .prefault({})
  .describe('What labels do: the company’s own to every version, those of others to public and upstream ones.')

const exemption = z.strictObject({
  packages: packagePatterns.min(1).describe('Names and patterns, such as `@types/*`.'),
  checks: z
    .array(z.enum(waivableChecks))
    .min(1)
    .describe('Names of the checks that do not stop them; policy.md lists them.'),
  reason: z.string().min(1).max(500).optional().describe('Why, for whoever reads it later.'),
})

/** `policy:` of atoll.yaml: what may be installed (DESIGN §5). What it gives can be given to it again. */
export const policySchema = z
  .strictObject({
    preset: z
      .enum(['relaxed', 'standard', 'strict'])
      .default('standard')
      .describe(
        'What holds where nothing is said below: `relaxed` lets in most, `strict` least; "atoll policy show --preset strict" prints it.',
      ),
    internal: internalRules,
    public: publicRules,
    upstream: upstreamRules,
    labels,
    licences: licenceRules,
    lookAlikes: z
      .enum(['allow', 'warn', 'hold'])
      .default('hold')
      .describe('Public and upstream packages whose scope or name is almost one of yours.'),
    exempt: z.array(exemption).max(1_000).default([]).describe('Packages that single checks do not stop.'),
  })
  .prefault({})
  .describe('What may be installed. See policy.md.')
export type Policy = z.output<typeof policySchema>

/** Where a version comes from, as policy tells them apart. */
export const policySources = ['internal', 'public', 'upstream'] as const
export type PolicySource = (typeof policySources)[number]
