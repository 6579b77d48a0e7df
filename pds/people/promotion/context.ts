import type { PromotionRequest } from '#common/operations/index.ts'
import type { EdgeClient } from '#pds/promote/index.ts'
import type { PeopleContext } from '../context.ts'

export type Version = PromotionRequest['versions'][number]

/** Attestations on their way into the open. */
export interface ProjectionContext {
  people: PeopleContext
  edge: EdgeClient
  /** DID of the organisation. */
  org: string
  /** TID of its promotion. */
  id: string
  /** Later versions that follow it; undefined for those it names. */
  later: readonly Version[] | undefined
  /** Set by verifyDecision. */
  decided?: DecidedPromotion
  /** Set by chooseAuthors: whose attestations become public, and which. */
  chosen?: ChosenAttestation[]
}

export interface DecidedPromotion {
  /** CID of the promotion. */
  cid: string
  request: PromotionRequest
  /** DID of who approved it. */
  approvedBy: string
}

export interface ChosenAttestation {
  /** DID. */
  author: string
  version: Version
}

export type ProjectionStep = (context: ProjectionContext) => Promise<void>
