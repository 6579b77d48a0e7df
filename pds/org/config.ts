import type { z } from 'zod'
import { pdsHostSchema } from '#pds/host/config.ts'
import { promotionSchema } from './promotion/config.ts'

export const orgConfigSchema = pdsHostSchema.extend({
  /** Absent: no package becomes public. */
  promotion: promotionSchema.optional(),
})
export type OrgConfig = z.infer<typeof orgConfigSchema>
