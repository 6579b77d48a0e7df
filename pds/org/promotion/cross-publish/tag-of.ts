/** Of what no tag leads to. Registries want one with every version, and `latest` would be wrong. */
const otherwise = 'previous'

/** The tag a version is published under: `latest` before others that lead to it. Pure. */
export function tagOf(version: string, tags: ReadonlyMap<string, string>): string {
  const leading = [...tags].flatMap(([tag, to]) => (to === version ? [tag] : [])).sort()
  return leading.includes('latest') ? 'latest' : (leading[0] ?? otherwise)
}
