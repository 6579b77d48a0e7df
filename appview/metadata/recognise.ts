import type { Enforcer } from '#common/authz/index.ts'
import type { EffectiveMetadata } from '../ledger/metadata-history.ts'

/** A record in the organisation's repository that never took effect, and who approves it. */
export interface Candidate extends Omit<EffectiveMetadata, 'approvedBy'> {
  approvers: readonly string[]
}

/**
 * Which candidates take effect now: those approved by somebody who may `publish` the package, and not older than what is in
 * effect under the same key. So a broken org PDS can neither move a tag nor bring back where it was.
 */
export function recognise(
  candidates: readonly Candidate[],
  { effective, enforcer }: { effective: readonly EffectiveMetadata[]; enforcer: Enforcer },
): EffectiveMetadata[] {
  return candidates.flatMap(({ approvers, ...candidate }) => {
    const approvedBy = approvers.find((did) => enforcer.allows(did, 'publish', candidate.name))
    const superseded = effective.find(
      ({ collection, rkey }) => collection === candidate.collection && rkey === candidate.rkey,
    )
    if (approvedBy === undefined || isOlder(candidate, superseded)) return []
    return [{ ...candidate, approvedBy }]
  })
}

/** An approval of long ago, for a record that was never written then, must not undo what was decided since. */
function isOlder({ value }: Pick<Candidate, 'value'>, superseded: EffectiveMetadata | undefined): boolean {
  return superseded !== undefined && Date.parse(value.createdAt) < Date.parse(superseded.value.createdAt)
}
