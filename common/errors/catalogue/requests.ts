import { because, type Entries, spec } from './entry.ts'

/** What was asked is not right. */
export const requests = {
  InvalidRequest: { status: 400, message: (p) => `The request is not valid${because(p)}.` },
  UnknownCursor: {
    status: 400,
    message: () =>
      'This list does not lead to where you are: the registry was restored from a backup since. Read it from its beginning.',
  },
  InvalidName: { status: 400, message: (p) => `"${p['package']}" is not a valid package name${because(p)}.` },
  InvalidVersion: {
    status: 400,
    message: (p) => `"${p['version']}" is not a version this registry accepts${because(p)}.`,
  },
  InvalidTarball: {
    status: 400,
    message: (p) => `The tarball of ${spec(p)} was refused${because(p)}. Nothing was stored.`,
  },
  RepoNotFound: { status: 400, message: (p) => `There is no repository of ${p['did']} here.` },
  InvalidOperation: { status: 400, message: (p) => `The operation is not valid${because(p)}.` },
  PayloadTooLarge: {
    status: 413,
    message: (p) => `The upload is larger than the ${p['limitBytes']} bytes allowed here. Nothing was stored.`,
  },
  NotSupported: { status: 405, message: (p) => `${p['what']} is not supported here yet${because(p)}.` },
  MethodNotFound: { status: 404, message: (p) => `There is no ${p['method'] ?? 'such method'} here.` },
  TooManyRequests: {
    status: 429,
    message: () => 'Too many requests are open: finish or abandon one, or try again in a few minutes.',
  },
} as const satisfies Entries
