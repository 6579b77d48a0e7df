import type { Promotion } from '../promotion.ts'

/** What a package is to look like in public. */
export interface PublicFace {
  /** DID. */
  org: string
  name: string
  /** Those that are public. */
  versions: readonly string[]
  /** All of the organisation. */
  promotions: readonly Promotion[]
  /** By which it is public. */
  by: Promotion
  /** What of it is brought up to date; everything when absent. */
  only?: 'withdrawals' | undefined
}
