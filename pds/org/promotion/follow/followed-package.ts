import type { Promotion } from '../promotion.ts'
import type { Turns } from './turns.ts'

/** A package that is public. */
export interface FollowedPackage {
  /** DID. */
  org: string
  name: string
  /** Its promotions that are public. */
  promotions: readonly Promotion[]
  /** By which it follows. */
  latest: Promotion
  /** Of its later versions, from one round to the next. */
  turns: Turns
}
