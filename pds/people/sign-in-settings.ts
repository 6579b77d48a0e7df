import { z } from 'zod'

/** What a sign-in of a package manager takes. */
export const signInSchema = z
  .strictObject({
    otherAddress: z
      .enum(['warn', 'refuse'])
      .default('warn')
      .describe(
        'When the browser comes from another address than the package manager that asked: `warn` says so and asks for a fresh second factor, `refuse` signs nobody in.',
      ),
  })
  .prefault({})
  .describe('What a sign-in of a package manager takes. See people.md.')
