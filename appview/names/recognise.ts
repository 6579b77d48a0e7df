import { isHandleScope, keysCovering, parseClaimableName, scopeKey } from '#common/names/index.ts'
import type { GrantedName } from '../ledger/names.ts'

/** A grant or change whose halves are there, and that did not count yet. */
export interface NameCandidate extends GrantedName {
  /** As the registry says. */
  createdAt: string
  /** How many administrators of the registry approved exactly this record. */
  approvals: number
  /** The configuration calls the name private: then it is the owner's word against what upstream has. */
  isListed: boolean
}

/** Who has what already. */
export interface KnownOwners {
  /** Key → DID of the organisation that had it last. */
  granted: ReadonlyMap<string, string>
  /** Handle → DID of the organisation whose it was first. */
  handles: ReadonlyMap<string, string>
  /** Key → whether upstream has it; nothing where nobody asked. */
  upstream: ReadonlyMap<string, boolean>
  /** CIDs of transfers by which a name was handed over before. */
  usedTransfers: ReadonlySet<string>
  /** Key → what the registry's change of it says, whether that counts or not. */
  changes: ReadonlyMap<string, { from: string; to: string }>
}

export interface JudgedNames {
  recognised: NameCandidate[]
  refused: { candidate: NameCandidate; reason: string }[]
}

/** How many administrators it takes to give somebody a name that upstream has. */
const neededAdministrators = 2

/**
 * Which grants and changes count, the oldest first, and grants before changes. A grant takes a name from nobody; what moves it is a
 * change by which the very organisation that has it hands it over.
 */
export function judgeNames(known: KnownOwners, candidates: readonly NameCandidate[]): JudgedNames {
  const granted = new Map(known.granted)
  const usedTransfers = new Set(known.usedTransfers)
  const judged: JudgedNames = { recognised: [], refused: [] }
  for (const candidate of candidates.toSorted(inOrder)) {
    const reason = refuseName(candidate, { ...known, granted, usedTransfers })
    if (reason !== undefined) {
      judged.refused.push({ candidate, reason })
      continue
    }
    granted.set(candidate.key, candidate.org)
    if (candidate.transfer !== null) usedTransfers.add(candidate.transfer.cid)
    judged.recognised.push(candidate)
  }
  return judged
}

/** The keys whose owners decide about a candidate. */
export function decisiveKeys(raw: string): string[] {
  const asked = parseClaimableName(raw)
  // Who has a scope does not get the packages in it that are somebody else's already.
  return asked.whole ? [asked.key] : keysCovering(asked)
}

function inOrder(a: NameCandidate, b: NameCandidate): number {
  const kinds = Number(a.transfer !== null) - Number(b.transfer !== null)
  return kinds === 0 ? a.createdAt.localeCompare(b.createdAt) : kinds
}

function refuseName(candidate: NameCandidate, known: KnownOwners): string | undefined {
  const refused = candidate.transfer === null ? refuseGrant(candidate, known) : refuseChange(candidate, known)
  return refused ?? refuseShadowing(candidate, known)
}

function refuseGrant(
  { key, name, org }: NameCandidate,
  { granted, handles, changes }: KnownOwners,
): string | undefined {
  const { scope, whole } = parseClaimableName(name)
  const owner = granted.get(key)
  if (owner !== undefined && owner !== org) return 'it is another organisation’s, and a grant takes it from nobody'
  // A handle that an organisation had stays its own, and a grant brings its names back to it, all or none.
  if (scope !== undefined && isHandleScope(scope)) {
    return whole && handles.get(scope) === org
      ? undefined
      : 'a scope with a dot belongs to the organisation whose handle it was'
  }
  if (owner === org) return undefined
  // A ledger that was lost remembers no holder between the first and the last: the registry's change names the last.
  const change = changes.get(key)
  if (change !== undefined && change.from !== org && change.to !== org) return 'the registry gave it to others since'
  const isFree = decisiveKeys(name).every((covering) => (granted.get(covering) ?? org) === org)
  return isFree ? undefined : 'its scope is another organisation’s'
}

function refuseChange({ key, name, transfer }: NameCandidate, known: KnownOwners): string | undefined {
  const { scope } = parseClaimableName(name)
  if (scope !== undefined && isHandleScope(scope)) return 'what is under a handle goes where the handle is'
  if (transfer === null || known.usedTransfers.has(transfer.cid)) return 'its transfer handed the name over before'
  const owner = known.granted.get(key) ?? (scope === undefined ? undefined : known.granted.get(scopeKey(scope)))
  if (owner === undefined || owner === transfer.from) return undefined
  return 'who hands it over does not have it'
}

/** What upstream has is taken from everybody here who installs it: not on one administrator's word. */
function refuseShadowing({ key, name, approvals, isListed }: NameCandidate, known: KnownOwners): string | undefined {
  const { scope } = parseClaimableName(name)
  if (isListed || (scope !== undefined && isHandleScope(scope)) || approvals >= neededAdministrators) return undefined
  const present = known.upstream.get(key)
  if (present === false) return undefined
  if (present === undefined) return 'nobody asked whether upstream has it'
  return `upstream has it, and ${approvals} of two administrators of the registry approved`
}
