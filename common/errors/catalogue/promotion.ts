import type { Entries } from './entry.ts'

/** Promotion. */
export const promotion = {
  InvalidWaiver: {
    status: 400,
    message: (p) => `The waiver for "${p['code'] ?? '?'}" does not count: ${p['reason']}.`,
  },
} as const satisfies Entries
