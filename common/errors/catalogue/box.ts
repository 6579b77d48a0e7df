import { because, type Entries, spec } from './entry.ts'

/** Of the box itself. */
export const box = {
  NotReady: { status: 503, message: () => 'The index is not ready yet. Try again in a few seconds.' },
  AuditBroken: {
    status: 409,
    message: (p) =>
      `The audit log is not sealed${because(p)}. Somebody changed it, or its database went back in time: keep both, and look with "atoll audit verify".`,
  },
  RebuildFailed: {
    status: 409,
    message: (p) => `The index was not rebuilt${because(p)}. The one in use was not touched.`,
  },
  DirectoryUnavailable: {
    status: 503,
    message: () => 'The directory of identities does not answer. Try again in a few seconds.',
  },
  ComponentUnavailable: {
    status: 503,
    message: (p) =>
      `The ${p['component']} does not answer. Try again in a few seconds; "atoll status" says what is down.`,
  },
  IndexLagging: {
    status: 503,
    message: (p) => `${spec(p)} was written but is not in the index yet; it will be. "npm view ${spec(p)}" tells when.`,
  },
  IdentityInvalid: { status: 502, message: (p) => `The identity ${p['did']} does not verify${because(p)}.` },
  InternalError: {
    status: 500,
    message: (p) =>
      `Something went wrong here. The log has the details under request id ${p['requestId'] ?? 'unknown'}.`,
  },
} as const satisfies Entries
