import type { PromotionRequest } from '#common/operations/index.ts'
import type { RecordValue } from '#common/records/index.ts'
import type { app } from '#lexicons'

/** What the org PDS writes down of an approved promotion, in this order. */
export const reachedStates = ['identified', 'attested', 'projected', 'seen', 'crossPublished'] as const
export type ReachedState = (typeof reachedStates)[number]
export type PromotionState = 'requested' | 'approved' | 'withdrawn' | ReachedState

/** One promotion, as the records of its organisation's repository tell it. */
export interface Promotion {
  /** DID. */
  org: string
  uri: string
  cid: string
  request: PromotionRequest
  state: PromotionState
  /** How far it came, also when it was withdrawn then: what is public stays so. */
  reached?: ReachedState
  /** Later versions that became public by it. */
  followed: PromotionRequest['versions']
  /** What another registry has of it, too. */
  crossPublished?: { registry: string; versions: PromotionRequest['versions'] } | undefined
  /** RFC 3339; absent while nobody decided. */
  decidedAt?: string
  /** Why it was withdrawn. */
  reason?: string
  /** DIDs of who is named in public. */
  attesters: readonly string[]
  /** RFC 3339, of the last step. */
  updatedAt?: string
}

export interface PromotionRecords {
  org: string
  uri: string
  cid: string
  /** TID. */
  id: string
  promotion: RecordValue
  decision?: RecordValue | undefined
  progress?: RecordValue | undefined
}

/** Reads the three records of a promotion together. Pure. */
export function readPromotion({ org, uri, cid, id, promotion, decision, progress }: PromotionRecords): Promotion {
  const asked = promotion as unknown as app.npm.org.promotion.Main
  const decided = decision as unknown as app.npm.org.promotionDecision.Main | undefined
  const reached = progress as unknown as app.npm.org.promotionProgress.Main | undefined
  const { $type: _, ...fields } = asked
  // What was said about another promotion under this key says nothing about this one.
  const isAbout = (record: { promotion: { cid: string } } | undefined) => record?.promotion.cid === cid
  return {
    ...{ org, uri, cid },
    request: { id, ...fields } as PromotionRequest,
    state: stateOf(isAbout(decided) ? decided : undefined, isAbout(reached) ? reached : undefined),
    attesters: (isAbout(reached) ? reached?.attesters : undefined) ?? [],
    followed: (isAbout(reached) ? reached?.followed : undefined) ?? [],
    ...(isAbout(decided) && decided && { decidedAt: decided.createdAt, reason: decided.reason }),
    ...(isAbout(reached) && reached && { updatedAt: reached.updatedAt, reached: reached.state }),
    ...(isAbout(reached) && reached?.crossPublished && { crossPublished: reached.crossPublished }),
  } as Promotion
}

function stateOf(
  decided: app.npm.org.promotionDecision.Main | undefined,
  reached: app.npm.org.promotionProgress.Main | undefined,
): PromotionState {
  if (decided === undefined) return 'requested'
  if (decided.decision === 'withdrawn') return 'withdrawn'
  return (reached?.state as ReachedState | undefined) ?? 'approved'
}

/** Whether it has come at least so far, whatever was decided afterwards. */
export function hasReached({ reached }: Pick<Promotion, 'reached'>, wanted: ReachedState): boolean {
  return reached !== undefined && reachedStates.indexOf(reached) >= reachedStates.indexOf(wanted)
}

/** Whether somebody approved it and nobody withdrew it. */
export function stands({ state }: Pick<Promotion, 'state'>): boolean {
  return state !== 'requested' && state !== 'withdrawn'
}
