import { type Enforcer, refusalOf } from '#common/authz/index.ts'
import { isRetirable, purge, purgeUpstream, retirementHours } from '#common/operations/index.ts'
import type { EffectiveMetadata } from '../ledger/metadata-history.ts'
import type { AdvisoryValue, MetadataValue } from '../schema/index.ts'

/** A record in the organisation's repository that never took effect, and who approves it. */
export interface Candidate extends Omit<EffectiveMetadata, 'approvedBy'> {
  approvers: readonly string[]
}

/** By what candidates are judged. */
export interface MetadataState {
  /** What is in effect under the same keys. */
  effective: readonly EffectiveMetadata[]
  enforcer: Enforcer
  /** When versions that are to be withdrawn were first seen, by rkey. */
  firstSeen: ReadonlyMap<string, Date>
  /** Who made each version count that a tag names, by the tag's rkey. */
  attestedBy: ReadonlyMap<string, string>
  now: number
}

// What the org PDS took in time may reach us late: after an outage of ours, say.
const retirementHoursHere = retirementHours + 24

/**
 * Which candidates take effect now: those approved by somebody who may `publish` the package, for its source `manage` the
 * organisation, for a purge of its own manage it, for an exception `except` it, for an advisory or a purge of upstream's `label` the
 * package, and not older than what is in effect under the same key. Of a tag it is enough to have made the version count that it names:
 * who approves what was staged, and a trusted publisher, leave the approval of the tag beside their attestation, and may nothing else.
 * So a broken org PDS can neither move a tag nor bring back where it was.
 */
export function recognise(candidates: readonly Candidate[], state: MetadataState): EffectiveMetadata[] {
  return candidates.flatMap(({ approvers, ...candidate }) => {
    const attester = candidate.value.kind === 'tag' ? state.attestedBy.get(candidate.rkey) : undefined
    const approvedBy = approvers.find((did) => did === attester || mayApprove(did, candidate, state.enforcer))
    const superseded = state.effective.find(
      ({ collection, rkey }) => collection === candidate.collection && rkey === candidate.rkey,
    )
    const counts = approvedBy !== undefined && mayFollow(candidate, superseded) && isInTime(candidate, state)
    return counts ? [{ ...candidate, approvedBy }] : []
  })
}

/** An exception is the decision of whom it names, and of nobody else who happens to approve it. */
function mayApprove(did: string, { name, value }: Pick<Candidate, 'name' | 'value'>, enforcer: Enforcer): boolean {
  if (value.kind === 'purge') return refusalOf(enforcer, did, purge, '*') === undefined
  if (value.kind === 'upstreamPurge') return refusalOf(enforcer, did, purgeUpstream, name) === undefined
  if (value.kind === 'source') return enforcer.allows(did, 'manage', '*')
  if (value.kind === 'advisory') return enforcer.allows(did, 'label', name)
  if (value.kind === 'exception') return did === value.decidedBy && enforcer.allows(did, 'except', name)
  return enforcer.allows(did, 'publish', name)
}

/**
 * An approval of long ago, for a record that was never written then, must not undo what was decided since; and a version that
 * was withdrawn, or purged, stays so, for the reason that was given.
 */
function mayFollow({ value }: Pick<Candidate, 'value'>, superseded: EffectiveMetadata | undefined): boolean {
  if (superseded === undefined) return true
  if (value.kind === 'advisory') return isWithdrawal(value, superseded.value)
  return !final.includes(value.kind) && Date.parse(value.createdAt) >= Date.parse(superseded.value.createdAt)
}

const final: readonly MetadataValue['kind'][] = ['retirement', 'purge', 'upstreamPurge']

/** An advisory is followed by its own withdrawal, and that by nothing. */
function isWithdrawal(value: AdvisoryValue, before: MetadataValue): boolean {
  return value.record.withdrawn === true && before.kind === 'advisory' && before.record.withdrawn !== true
}

/** By our own first sight: neither the version's nor the retirement's own dates matter. */
function isInTime({ value, rkey }: Pick<Candidate, 'value' | 'rkey'>, { firstSeen, now }: MetadataState): boolean {
  if (value.kind !== 'retirement') return true
  const seenAt = firstSeen.get(rkey)
  return seenAt !== undefined && isRetirable(seenAt, now, retirementHoursHere)
}
