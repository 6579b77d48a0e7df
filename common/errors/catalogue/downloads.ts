import type { Entries } from './entry.ts'

/** Who has downloaded what, and what became of it. */
export const downloads = {
  DownloadsNotShown: {
    status: 403,
    message: (p) =>
      `${p['actor']} may not see who has downloaded packages: that is for who manages an organisation and, of packages from upstream, for who may label them. Ask an administrator of this registry to run "atoll who-has".`,
  },
  InvalidRange: {
    status: 400,
    message: (p) => `"${p['range']}" is not a range of versions, such as "1.2.3", "^1.2.0" or ">=1.0.0 <1.4.2".`,
  },
} as const satisfies Entries
