import { z } from 'zod'
import { componentSchema, processSchema } from '#common/config/index.ts'
import { databaseConfigSchema } from '#common/db/config.ts'

/** The directory of a private network: part of it, and written by its PDSes only. */
const privateSchema = componentSchema.extend({ open: z.literal(false).optional(), database: databaseConfigSchema })
export type PrivateDirectoryConfig = z.infer<typeof privateSchema>

/** One that stands alone and takes what anybody submits, as the public directory does. */
const openSchema = processSchema.extend({ open: z.literal(true), database: databaseConfigSchema })

export const directoryConfigSchema = z.discriminatedUnion('open', [privateSchema, openSchema])
export type DirectoryConfig = z.infer<typeof directoryConfigSchema>
