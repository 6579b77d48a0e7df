import { z } from 'zod'
import { bareUrl } from './upstream-schema.ts'

/** `promotion.crossPublish`. */
export const crossPublishSettings = z
  .strictObject({
    registry: bareUrl.describe(
      'Its address, such as https://registry.npmjs.org. The scopes of your names have to be yours there.',
    ),
    tokenFile: z
      .string()
      .min(1)
      .optional()
      .describe('A file with a token that may publish there without a second factor, which nobody else can read.'),
    tokenEnv: z.string().min(1).optional().describe('Or the environment variable with it.'),
  })
  .refine(
    ({ tokenFile, tokenEnv }) => (tokenFile === undefined) !== (tokenEnv === undefined),
    'needs one of tokenFile and tokenEnv',
  )
  .describe('Another registry that gets what becomes public, the same bytes under the same names. See promotion.md.')
