import { because, type Entries, spec } from './entry.ts'

/** Of staged versions, which wait for somebody else's approval. */
export const stage = {
  OwnStage: {
    status: 403,
    message: (p) =>
      `You staged ${spec(p)} yourself, and somebody else has to approve it: anybody with the permission "approve" for this package.`,
  },
  StageNotFound: {
    status: 404,
    message: (p) =>
      `Nothing is staged as ${p['id']}, or it is not yours to see. It may have been published, rejected or expired: "npm stage list" shows what waits.`,
  },
  StageRejected: {
    status: 409,
    message: (p) => `${spec(p)} was rejected by ${p['by']}${because(p)}. Stage another version.`,
  },
  AlreadyStaged: {
    status: 409,
    message: (p) =>
      `${spec(p)} is staged already, with other contents, as ${p['id']}. Have that one rejected first: "npm stage reject ${p['id']}".`,
  },
  StageFull: {
    status: 429,
    message: (p) =>
      `${p['whose']} has as much staged as this registry takes. Approve or reject some of it first: "npm stage list".`,
  },
} as const satisfies Entries
