import type { z } from 'zod'
import { componentSchema } from '#common/config/index.ts'
import { databaseConfigSchema } from '#common/db/config.ts'

export const directoryConfigSchema = componentSchema.extend({ database: databaseConfigSchema })
export type DirectoryConfig = z.infer<typeof directoryConfigSchema>
