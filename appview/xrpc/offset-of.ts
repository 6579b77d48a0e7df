import { AtollError } from '#common/errors/index.ts'

const maxOffset = 100_000

/** Where a page begins. @param cursor as the page before said it @throws InvalidRequest */
export function offsetOf(cursor = '0'): number {
  const offset = /^\d{1,6}$/.test(cursor) ? Number(cursor) : Number.NaN
  if (offset <= maxOffset) return offset
  throw new AtollError('InvalidRequest', { reason: 'the cursor is not one of ours' })
}
