import { z } from 'zod'

const checkSchema = z.object({
  name: z.string(),
  essential: z.boolean(),
  ok: z.boolean(),
  /** Since when it is so, as far as this process saw. */
  since: z.iso.datetime(),
  /** Why it is not. */
  reason: z.string().optional(),
})
export type CheckReport = z.output<typeof checkSchema>

const positionSchema = z.object({
  /** Sequence number of an event. */
  seq: z.int().min(0),
  /** When that event came to be, where that is known: hosts may write anything there. */
  at: z.iso.datetime().optional().catch(undefined),
})
/** A place in somebody's sequence of events. */
export type Position = z.output<typeof positionSchema>

const progressSchema = z.object({
  /** The newest event this component has for others. */
  head: positionSchema.optional(),
  /** Whom it follows, and how far it got. */
  sources: z
    .array(z.object({ url: z.string(), connected: z.boolean(), position: positionSchema.optional() }))
    .default([]),
  /** What else says how it is doing. */
  counts: z.record(z.string(), z.number()).default({}),
})
/** How far a component is, for whoever compares it with those it follows. */
export type Progress = z.input<typeof progressSchema>

/** What `GET /readyz` answers, with 200 when `ready` and 503 when not. */
export const healthReportSchema = progressSchema.extend({
  component: z.string(),
  version: z.string(),
  /** Everything essential is there. */
  ready: z.boolean(),
  checks: z.array(checkSchema),
  /** Of the file system its folder is on. */
  disk: z.object({ freeBytes: z.number(), totalBytes: z.number() }).optional(),
})
export type HealthReport = z.output<typeof healthReportSchema>
