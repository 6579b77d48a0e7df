import { z } from 'zod'

export const databaseConfigSchema = z.object({
  /** postgres:// URL of the component's own role. */
  url: z.string().min(1),
  /** The component's own schema; its role sees no other. */
  schema: z.string().regex(/^[a-z_]+$/),
  poolSize: z.int().min(1).max(100).default(8),
})
export type DatabaseConfig = z.infer<typeof databaseConfigSchema>
