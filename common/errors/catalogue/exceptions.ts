import { because, type Entries, spec } from './entry.ts'

/** What is asked of those who keep the policy, and who may make exceptions from it. */
export const exceptions = {
  InvalidPolicy: { status: 400, message: (p) => `This is no policy${because(p)}.` },
  NothingToExcept: {
    status: 409,
    message: (p) => `${spec(p)} may be installed already: nothing holds it back, so there is nothing to except.`,
  },
  NeverExcepted: {
    status: 409,
    message: (p) =>
      `${spec(p)} is stopped by "${p['check']}", of which there are no exceptions${because(p)}. Use another version.`,
  },
  AlreadyAnswered: {
    status: 409,
    message: (p) => `This request is ${p['state']} already. "atoll exception show" says by whom, and why.`,
  },
  NotYoursToAnswer: {
    status: 403,
    message: (p) =>
      p['answer'] === 'withdraw'
        ? 'Only who asked for an exception takes the request back.'
        : 'Only who may make exceptions for this package (the permission "except") denies a request.',
  },
} as const satisfies Entries
