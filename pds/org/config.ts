import type { z } from 'zod'
import { pdsHostSchema } from '#pds/host/config.ts'

export const orgConfigSchema = pdsHostSchema
export type OrgConfig = z.infer<typeof orgConfigSchema>
