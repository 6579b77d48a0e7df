/**
 * Patterns of packages in permissions. The syntax is an allow-list of what can be understood at a glance:
 * `*` (every package), a name, or a name that ends in `*` after its scope: `@acme.test/*`, `@acme.test/ui-*`.
 * Casbin's globMatch is not used: it has no pattern for every name, scoped or not, but `**`, and braces and classes besides.
 */
export function isValidPackagePattern(pattern: string): boolean {
  return (
    pattern === '*' ||
    (/^(@[a-z0-9][a-z0-9._-]*\/)?[a-z0-9._-]*\*?$/.test(pattern) && pattern !== '' && !pattern.endsWith('/'))
  )
}

/** @param name a normalised package name */
export function matchesPackagePattern(name: string, pattern: string): boolean {
  if (pattern === '*') return true
  if (!pattern.endsWith('*')) return name === pattern
  const prefix = pattern.slice(0, -1)
  return name.startsWith(prefix) && !name.slice(prefix.length).includes('/')
}
