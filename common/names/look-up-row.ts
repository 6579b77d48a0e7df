import { keysCovering } from './claimable-name.ts'
import { isHandleScope, type PackageName } from './package-name.ts'

/** What decides where a name is found; gathered by the caller, so that the decision itself is pure. */
export interface NameFacts {
  /**
   * Key of a name, or of a scope, → DID of the organisation it was granted to, or whose verified handle the scope is;
   * undefined when it was somebody's once and is nobody's now.
   */
  owners: ReadonlyMap<string, string | undefined>
  /** Keys of which one half is there or was, a claim or a grant: nobody's yet, and not upstream's any more. */
  reserved: ReadonlySet<string>
  /** `names.private` of the configuration: `acme.com`, `@acme/*`, `left-pad`. */
  privateNames: readonly string[]
  /** Handle → DID of the account of the public network that has it, verified both ways; none where that is not mirrored. */
  publicHandles?: ReadonlyMap<string, string>
}

export type NameRow =
  | { source: 'private'; org: string }
  | { source: 'none' }
  | { source: 'upstream' }
  /** @property did the account whose handle the scope is, on the public network */
  | { source: 'public'; did: string }

/**
 * The table of DESIGN §3: the first row that matches decides, and a package missing in its row is missing. There is no
 * fall-through, so no name that could be ours is ever asked for elsewhere; nor does a name that was granted by itself
 * fall to whoever has its scope, when its grant no longer stands.
 */
export function lookUpRow(asked: PackageName, { owners, reserved, privateNames, publicHandles }: NameFacts): NameRow {
  const keys = keysCovering(asked)
  const decisive = keys.find((key) => owners.has(key))
  if (decisive !== undefined) {
    const org = owners.get(decisive)
    return org === undefined ? { source: 'none' } : { source: 'private', org }
  }
  if (keys.some((key) => reserved.has(key)) || isListed(asked, privateNames)) return { source: 'none' }
  if (asked.scope !== undefined && isHandleScope(asked.scope)) {
    const did = publicHandles?.get(asked.scope)
    return did === undefined ? { source: 'none' } : { source: 'public', did }
  }
  return { source: 'upstream' }
}

/** Whether the configuration says that a name, or scope, is ours. @param privateNames `names.private` */
export function isListed(
  { name, scope }: Pick<PackageName, 'name' | 'scope'>,
  privateNames: readonly string[],
): boolean {
  return privateNames.some((entry) => {
    const wanted = entry.toLowerCase()
    return wanted === name || wanted.replace(/^@/, '').replace(/\/\*$/, '') === scope
  })
}
