import { z } from 'zod'
import { idpName, idpSchema, maxAgeSchema } from '#common/config/index.ts'

/** One identity provider of `atoll.yaml`: what the network knows of it, and this client's secret there. */
const idpSettingSchema = idpSchema
  .extend({
    // At most one of these; none where the provider knows this client as a public one (PKCE alone).
    clientSecret: z
      .string()
      .min(1)
      .optional()
      .describe('What the identity provider calls the secret of this client. None for a public client.')
      .meta({ writeOnly: true }),
    clientSecretFile: z.string().min(1).optional().describe('A file with that secret, which nobody else can read.'),
    clientSecretEnv: z
      .string()
      .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'is not the name of a variable')
      .optional()
      .describe('Name of an environment variable with that secret.'),
    maxAgeSeconds: maxAgeSchema
      .optional()
      .describe('For this provider: how long one second factor counts; `approvals.maxAgeSeconds` when absent.'),
  })
  .strict()
  .refine((idp) => secretFields.filter((field) => idp[field] !== undefined).length <= 1, {
    error: 'names its secret twice: keep one of clientSecret, clientSecretFile and clientSecretEnv',
  })

const secretFields = ['clientSecret', 'clientSecretFile', 'clientSecretEnv'] as const

export const idpsSchema = z
  .array(idpSettingSchema)
  .max(20)
  .refine((idps) => areDifferent(idps.map(({ issuer }) => issuer)), { error: 'names an issuer twice' })
  .refine((idps) => areDifferent(idps.map(idpName)), {
    error: 'calls two identity providers the same: give each a name of its own',
  })
export type IdpSettings = z.output<typeof idpsSchema>

function areDifferent(words: readonly string[]): boolean {
  return new Set(words).size === words.length
}
