import type { app } from '#lexicons'

type Result = app.npm.registry.searchPackages.Result

/** As npm prints it (npm's lib/utils/format-search-stream.js fails without `maintainers`). People are named, without an e-mail. */
export function describeResult(result: Result, gatewayUrl: string): Record<string, unknown> {
  const { org, relevance, publisher, maintainers, homepage, repository, bugs, deprecated, ...told } = result
  const score = relevance / 1_000_000
  return {
    package: {
      ...told,
      scope: /^@([^/]+)\//.exec(told.name)?.[1] ?? 'unscoped',
      ...(deprecated === undefined ? {} : { deprecated }),
      links: { npm: `${gatewayUrl}/${told.name}`, homepage, repository, bugs },
      publisher: { username: publisher },
      maintainers: maintainers.map((username) => ({ username })),
      atproto: { did: org },
    },
    // One number, where npm has several: only how well it matches is known.
    score: { final: score, detail: { quality: score, popularity: score, maintenance: score } },
    searchScore: score,
  }
}
