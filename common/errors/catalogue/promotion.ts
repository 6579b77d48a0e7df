import { because, type Entries, spec } from './entry.ts'

/** Of packages that are made public. */
export const promotion = {
  PromotionOff: {
    status: 404,
    message: () =>
      'This box makes no package public: whoever runs it has to configure "promotion" first (docs/promotion.md).',
  },
  PromotionNotReady: {
    status: 409,
    message: (p) =>
      `${p['package']} cannot be made public yet: ${p['reason']}. "atoll promote check ${p['package']}" says all of it, and what to change.`,
  },
  OwnPromotion: {
    status: 403,
    message: (p) =>
      `You asked for ${p['package']} to be made public yourself; somebody else has to approve it. Nothing was written.`,
  },
  NotSeenInPublic: {
    status: 503,
    message: (p) =>
      `${p['package']}@${p['version']} is in the public repository and not seen on the public network: ${p['reason']}. It is looked for again.`,
  },
  NotCrossPublished: {
    status: 503,
    message: (p) =>
      `${spec(p)} is public, and not at ${p['registry']} yet${because(p)}. It is tried again; "promotion.crossPublish" in the settings has the token.`,
  },
  DiffersElsewhere: {
    status: 409,
    message: (p) =>
      `${p['registry']} has other contents as ${spec(p)}: ${p['theirs']}, here ${p['ours']}. Nothing is sent: find out who published it there. Versions are final, so publish a new one.`,
  },
  InvalidWaiver: {
    status: 400,
    message: (p) => `The waiver for "${p['code'] ?? '?'}" does not count: ${p['reason']}.`,
  },
} as const satisfies Entries
