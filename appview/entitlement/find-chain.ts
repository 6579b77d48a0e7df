import { type Attested, matchesPackagePattern } from '#common/authz/index.ts'
import { groupKey } from '#common/groups/index.ts'
import type { RightValue } from '../schema/index.ts'

/** A right that took effect once. */
export interface LedgerRight {
  /** At-URI. */
  uri: string
  cid: string
  value: RightValue
  approvedBy: string
}

export interface RightsLedger {
  /** DIDs of those the registry names for good. */
  managers: readonly string[]
  /** All that ever took effect, in that order. */
  rights: readonly LedgerRight[]
  /** DID → keys of the groups they are in. */
  groups: ReadonlyMap<string, readonly string[]>
}

/** By what somebody was entitled: rights in the order in which they took effect, and who has to be in a group for them. */
export interface Chain {
  rights: LedgerRight[]
  memberships: string[]
}

/** Indices of rights, and people who are in a team by a group. */
interface Needed {
  rights: ReadonlySet<number>
  members: ReadonlySet<string>
}

// Each is one look at all rights in effect at some time; 32 rights are all that is shown in the end.
const maxQuestions = 64
const nothing: Needed = { rights: new Set(), members: new Set() }

/**
 * Finds the rights by which an attestation counted, down from the registry's managers. It only says where to look: whoever believes
 * nothing weighs what is found. Pure.
 * @param at how many rights had taken effect when it was judged
 */
export function findChain(attested: Attested, ledger: RightsLedger, at: number): Chain | undefined {
  const search = new Search(ledger)
  const { author, name, method, stagedBy, publisher } = attested
  const mayPublish = (who: string) =>
    who.startsWith('at://') ? search.trusted(who, at) : search.allowed(who, 'publish', name, at)
  const goals =
    method === 'ci'
      ? [search.trusted(publisher ?? '', at)]
      : stagedBy === null
        ? [mayPublish(author)]
        : [search.allowed(author, 'approve', name, at), mayPublish(stagedBy)]
  const needed = join(goals)
  if (needed === undefined) return undefined
  const indices = [...needed.rights].sort((a, b) => a - b)
  return { rights: indices.flatMap((index) => ledger.rights[index] ?? []), memberships: [...needed.members].sort() }
}

/** All of them, or nothing when one of them cannot be had. */
function join(parts: readonly (Needed | undefined)[]): Needed | undefined {
  let all = nothing
  for (const part of parts) {
    if (part === undefined) return undefined
    all = { rights: all.rights.union(part.rights), members: all.members.union(part.members) }
  }
  return all
}

class Search {
  readonly #ledger: RightsLedger
  readonly #managing = new Map<string, Needed | undefined>()
  #questions = 0

  constructor(ledger: RightsLedger) {
    this.#ledger = ledger
  }

  /** By which rule, and which team. */
  allowed(did: string, action: string, name: string, at: number): Needed | undefined {
    this.#questions += 1
    if (this.#questions > maxQuestions) return undefined
    const effective = this.#effective(at)
    for (const [index, { value }] of effective) {
      if (value.kind !== 'permission' || value.action !== action || value.effect !== 'allow') continue
      if (!matchesPackagePattern(name, value.packages)) continue
      const meant = this.#meant(value.subject, did, effective)
      // Who approved rules about others is no question: an organisation may have thousands of them.
      const needed = meant && join([meant, this.#right(index)])
      if (needed !== undefined) return needed
    }
    return undefined
  }

  trusted(uri: string, at: number): Needed | undefined {
    const found = this.#effective(at).find(([, right]) => right.uri === uri && right.value.kind === 'trustedPublisher')
    return found && this.#right(found[0])
  }

  #meant(subject: string, did: string, effective: readonly [number, LedgerRight][]): Needed | undefined {
    if (subject === did || subject === 'everyone') return nothing
    for (const [index, { value }] of effective) {
      if (value.kind !== 'team' || subject !== `team:${value.name}`) continue
      if (value.members.includes(did)) return this.#right(index)
      const keys = this.#ledger.groups.get(did) ?? []
      if (!value.groups?.some((group) => keys.includes(groupKey(group)))) return undefined
      return join([this.#right(index), { ...nothing, members: new Set([did]) }])
    }
    return undefined
  }

  /** A right, with what made its approval count: that is older, so this ends. */
  #right(index: number): Needed | undefined {
    const approvedBy = this.#ledger.rights[index]?.approvedBy ?? ''
    return join([{ ...nothing, rights: new Set([index]) }, this.#manages(approvedBy, index)])
  }

  #manages(did: string, at: number): Needed | undefined {
    if (this.#ledger.managers.includes(did)) return nothing
    const key = `${did} ${at}`
    if (!this.#managing.has(key)) this.#managing.set(key, this.allowed(did, 'manage', '*', at))
    return this.#managing.get(key)
  }

  /** What was in effect after so many, the newest first. */
  #effective(at: number): [number, LedgerRight][] {
    const last = new Map<string, [number, LedgerRight]>()
    for (const [index, right] of this.#ledger.rights.slice(0, at).entries()) last.set(right.uri, [index, right])
    return [...last.values()].filter(([, { value }]) => !value.retired).sort(([a], [b]) => b - a)
  }
}
