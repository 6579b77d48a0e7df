import { z } from 'zod'
import type { advisorySourceSchema as appviewSource } from '#appview/config.ts'
import { ownSource } from '#common/advisories/own/own-source.ts'

const sourceSchema = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'must be a word of lower-case letters, digits and hyphens')
    .describe(
      'Names the source, as `--source` of `atoll advisory import osv` does; `own` are the advisories that are written here.',
    ),
  url: z
    .url({ protocol: /^https?$/ })
    .refine((url) => new URL(url).username === '' && new URL(url).password === '', 'must not hold credentials')
    .optional()
    .describe(
      'Where it is read from again and again: an archive such as OSV’s, JSON lines or JSON. Imported by hand when absent.',
    ),
  mayExpedite: z
    .boolean()
    .default(false)
    .describe('Whether a version that fixes what this source names need not wait for its age.'),
  internal: z
    .boolean()
    .default(false)
    .describe(
      'Whether it speaks of your own packages, too. OSV’s databases do not: a name there is the public package.',
    ),
  refreshHours: z
    .number()
    .min(0.1)
    .max(8_760)
    .default(6)
    .describe('How often the url is asked whether there is news; a file that has not changed is not sent again.'),
})

/** `advisories`: what is known of vulnerabilities, and from where. */
export const advisoriesSchema = z
  .strictObject({
    sources: z
      .array(sourceSchema)
      .max(100)
      .refine(
        (sources) => sources.every(({ name, url }) => name !== ownSource || url === undefined),
        `"${ownSource}" are the advisories that are written here, and has no url`,
      )
      .refine(
        (sources) => new Set(sources.map(({ name }) => name)).size === sources.length,
        'two sources have the same name',
      )
      .default([])
      .describe('Where advisories come from. See advisories.md.'),
  })
  .prefault({})
  .describe('What is known of vulnerabilities in packages; audits are answered by it.')

export function describeSources({ sources }: z.output<typeof advisoriesSchema>): z.input<typeof appviewSource>[] {
  return sources.map(({ refreshHours, url, ...source }) => ({
    ...source,
    ...(url === undefined ? {} : { url }),
    refreshMs: Math.round(refreshHours * 3_600_000),
  }))
}
