import { because, type Entries } from './entry.ts'

/** Of advisories, and of audits that are answered by them. */
export const advisories = {
  AdvisoriesUnavailable: {
    status: 502,
    message: (p) =>
      `Advisories could not be read from ${p['url']}${because(p)}. Try again; what was read before counts.`,
  },
  AuditTooLarge: {
    status: 413,
    message: (p) => `The audit asks about more than ${p['limit']} ${p['what']}: audit a part of the project at a time.`,
  },
} as const satisfies Entries
