import { isHandleScope, type PackageName } from './package-name.ts'

/** What decides where a name is found; gathered by the caller, so that the decision itself is pure. */
export interface NameFacts {
  /** Scope (without @) → DID of the organisation it was granted to, or whose verified handle it is. */
  grantedScopes: ReadonlyMap<string, string>
  /** `names.private` of the configuration: `acme.com`, `@acme/*`, `left-pad`. */
  privateNames: readonly string[]
}

export type NameRow = { source: 'private'; org: string } | { source: 'none' } | { source: 'upstream' }

/**
 * The table of DESIGN §3: the first row that matches decides, and a package missing in its row is missing. There is no
 * fall-through, so no name that could be ours is ever asked for elsewhere.
 */
export function lookUpRow({ name, scope }: PackageName, { grantedScopes, privateNames }: NameFacts): NameRow {
  const org = scope === undefined ? undefined : grantedScopes.get(scope)
  if (org !== undefined) return { source: 'private', org }
  if (privateNames.some((entry) => covers(entry, name, scope))) return { source: 'none' }
  // The public network is not connected: a handle that is none of ours is nobody's.
  if (scope !== undefined && isHandleScope(scope)) return { source: 'none' }
  return { source: 'upstream' }
}

function covers(entry: string, name: string, scope: string | undefined): boolean {
  const wanted = entry.toLowerCase()
  return wanted === name || wanted.replace(/^@/, '').replace(/\/\*$/, '') === scope
}
