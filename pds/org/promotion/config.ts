import { z } from 'zod'
import { edgePeerSchema } from '#pds/promote/config.ts'
import { crossPublishSchema } from './cross-publish/config.ts'

const domains = z.array(z.string().min(1).max(253)).max(100).default([])

/** How packages become public. Absent from a configuration, none does. */
export const promotionSchema = z.object({
  /** The public PDS of organisations. */
  edge: edgePeerSchema,
  /** Nobody outside should hear of hosts below them. */
  internalDomains: domains,
  /** Nor of these hosts: the box's own, inside and outside. */
  internalHosts: domains,
  /** Exempt from both. */
  publicHosts: domains,
  /** What the company's mail addresses end in. */
  mailDomains: domains,
  /** Another registry that gets what is public, under the same names. */
  crossPublish: crossPublishSchema.optional(),
})
export type PromotionConfig = z.infer<typeof promotionSchema>
