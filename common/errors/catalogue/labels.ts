import type { Entries } from './entry.ts'

/** Labels. */
export const labels = {
  UnknownLabel: {
    status: 400,
    message: (p) =>
      `"${p['val']}" is no label of this registry. Did you mean "${p['nearest']}"? "atoll label --help" lists them all.`,
  },
  LabelledByRule: {
    status: 409,
    message: (p) =>
      `${p['package']} is labelled "${p['val']}" by the range ${p['range']}. Take that back: "atoll unblock ${p['name']}@${p['range']}".`,
  },
} as const satisfies Entries
