import { isHandleScope, keysCovering, parseClaimableName } from '#common/names/index.ts'
import type { GrantedName } from '../ledger/names.ts'

/** A grant that is claimed, and that did not count yet. */
export interface GrantCandidate extends GrantedName {
  /** As the registry says. */
  createdAt: string
}

/** Who has what already. */
export interface KnownOwners {
  /** Key → DID of the organisation that was granted it first. */
  granted: ReadonlyMap<string, string>
  /** Handle → DID of the organisation whose it was first. */
  handles: ReadonlyMap<string, string>
}

/**
 * Which grants count: those of names that nobody had before, the oldest first. Nothing that covers a name may be
 * another's, so that no grant alone takes a name from somebody.
 */
export function recogniseGrants(known: KnownOwners, candidates: readonly GrantCandidate[]): GrantCandidate[] {
  const granted = new Map(known.granted)
  const recognised: GrantCandidate[] = []
  for (const candidate of candidates.toSorted((a, b) => a.createdAt.localeCompare(b.createdAt))) {
    if (!isFree(candidate, { ...known, granted })) continue
    granted.set(candidate.key, candidate.org)
    recognised.push(candidate)
  }
  return recognised
}

/** The keys whose owners decide about a candidate. */
export function decisiveKeys(raw: string): string[] {
  const asked = parseClaimableName(raw)
  // Who has a scope does not get the packages in it that are somebody else's already.
  return asked.whole ? [asked.key] : keysCovering(asked)
}

function isFree({ key, name, org }: GrantCandidate, { granted, handles }: KnownOwners): boolean {
  if (granted.has(key)) return false
  const { scope, whole } = parseClaimableName(name)
  // A handle that an organisation had stays its own, and a grant brings its names back to it, all or none.
  if (scope !== undefined && isHandleScope(scope)) return whole && handles.get(scope) === org
  return decisiveKeys(name).every((covering) => (granted.get(covering) ?? org) === org)
}
