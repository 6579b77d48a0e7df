import { z } from 'zod'

/**
 * Who may look into a component: the bearer of one token, of which each component knows the digest only. So none of them
 * can look into another.
 */
export const monitoringSchema = z.object({
  /** SHA-256 of the token, hex. */
  tokenHash: z.string().regex(/^[0-9a-f]{64}$/),
})
export type MonitoringConfig = z.output<typeof monitoringSchema>
