import { createEnforcer, isOlder } from '#common/authz/index.ts'
import type { EffectiveRight } from '../ledger/rights-history.ts'
import type { RightValue } from '../schema/index.ts'
import { type RightsState, toOrgRights } from './rights-state.ts'

/** A record in the organisation's repository that never took effect, and who approves it. */
export interface Candidate {
  collection: string
  rkey: string
  cid: string
  value: RightValue
  approvers: readonly string[]
}

/**
 * Which candidates take effect now: those approved by somebody who may `manage` under the rights in effect before them.
 * Oldest first, so that a whole repository read at once gives what its records gave when they came one by one.
 */
export async function recognise(state: RightsState, candidates: readonly Candidate[]): Promise<EffectiveRight[]> {
  const recognised: EffectiveRight[] = []
  let { effective } = state
  let waiting = candidates.toSorted((a, b) => a.value.createdAt.localeCompare(b.value.createdAt))
  for (let progress = true; progress; ) {
    progress = false
    const enforcer = await createEnforcer(toOrgRights({ ...state, effective }))
    for (const candidate of waiting) {
      const superseded = effective.find((right) => isSameKey(right, candidate))
      const approvedBy = candidate.approvers.find((did) => enforcer.allows(did, 'manage', '*'))
      if (approvedBy === undefined || isOlder(candidate.value, superseded?.value)) continue
      const { approvers: _, ...right } = { ...candidate, approvedBy }
      recognised.push(right)
      effective = [...effective.filter((other) => other !== superseded), right]
      waiting = waiting.filter((other) => other !== candidate)
      progress = true
      // The enforcer at hand no longer says who may approve the next one.
      if (mayChangeManagers(right.value) || mayChangeManagers(superseded?.value)) break
    }
  }
  return recognised
}

function isSameKey(a: { collection: string; rkey: string }, b: { collection: string; rkey: string }): boolean {
  return a.collection === b.collection && a.rkey === b.rkey
}

function mayChangeManagers(value: RightValue | undefined): boolean {
  return value?.kind === 'team' || (value?.kind === 'permission' && value.action === 'manage')
}
