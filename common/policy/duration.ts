import { z } from 'zod'

const unitsMs = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 7 * 86_400_000 } as const
type Unit = keyof typeof unitsMs

// Nothing is held for longer than a person can remember why.
const longestMs = 3_650 * unitsMs.d
const pattern = /^(\d{1,6})([smhdw])$/

/** A time as people write it: `0h`, `24h`, `7d`. It stays text, so that a configuration can be handed on as it was written. */
export const durationSchema = z
  .string()
  .regex(pattern, 'is not a time such as 30m, 24h, 7d or 2w')
  .refine((text) => durationMs(text) <= longestMs, 'is longer than ten years')

/** @param text as the schema takes it; anything else is no time at all */
export function durationMs(text: string): number {
  const [, count, unit] = pattern.exec(text) ?? []
  return count === undefined ? 0 : Number(count) * unitsMs[unit as Unit]
}
