import { because, type Entries } from './entry.ts'

/** Of advisories, and of audits that are answered by them. */
export const advisories = {
  InvalidAdvisory: {
    status: 400,
    message: (p) => `This is no advisory that could be published${because(p)}. Nothing was written.`,
  },
  AdvisoryExists: {
    status: 409,
    message: (p) =>
      `There is an advisory ${p['id']} already, and it says something else. Leave the id out to get a new one, or withdraw that: "atoll advisory withdraw ${p['id']}".`,
  },
  AdvisoryWithdrawn: {
    status: 409,
    message: (p) => `${p['id']} was withdrawn on ${p['since']}, for good. Write a new one if it holds after all.`,
  },
  UnknownAdvisory: {
    status: 404,
    message: (p) =>
      `There is no advisory ${p['id']} of an organisation here that you may read. What is imported is withdrawn by its authors. "atoll advisory list --source own" lists those that stand.`,
  },
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
