import { because, type Entries } from './entry.ts'

/** Of jobs that publish. */
export const publishers = {
  NotTrusted: {
    status: 403,
    message: (p) =>
      `This job is not a trusted publisher of ${p['package']}${because(p)}. "npm trust list ${p['package']}" shows those that are; somebody who manages the organisation adds one: "npm trust --help", "atoll trust-publisher --help".`,
  },
  RepositoryNotNumbered: {
    status: 400,
    message: (p) =>
      `A trusted publisher is known by numbers, which nobody else can come to have, and ${p['repository']} is a name. Say ${p['form']} instead of it, or use "atoll trust-publisher add".`,
  },
  IssuerNotConfigured: {
    status: 400,
    message: (p) =>
      `This registry takes no ID tokens of ${p['issuer']}: an administrator lists it in "ci.issuers" of atoll.yaml first.`,
  },
  PublisherNotFound: {
    status: 404,
    message: (p) => `${p['package']} has no trusted publisher ${p['id']}: "npm trust list ${p['package']}" shows them.`,
  },
} as const satisfies Entries
