import type { Entries } from './entry.ts'

/** Of imports. */
export const imports = {
  ImportNotOpen: {
    status: 404,
    message: (p) =>
      `There is no open import ${p['import']} here: it is finished, was never approved, or was approved more than a day ago. Run the command again.`,
  },
  AttestationsPending: {
    status: 503,
    message: (p) => `${p['missing']} attestations of this import are still being written. Try again in a few seconds.`,
  },
} as const satisfies Entries
