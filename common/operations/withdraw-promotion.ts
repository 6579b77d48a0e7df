import { buildRecord, placeRecord, recordUri } from '#common/records/index.ts'
import { app } from '#lexicons'
import { checkName } from './check-package.ts'
import { defineKind, refuseOperation } from './operation-kind.ts'
import { checkTid } from './promotion-request.ts'
import { readInput } from './read-input.ts'

export interface WithdrawPromotionInput {
  /** CID of the decision. */
  record: string
  /** TID of the promotion. */
  id: string
  /** CID of the promotion. */
  promotion: string
  /** The package. */
  name: string
  reason?: string | undefined
  createdAt: string
}

/** Nothing more becomes public. */
export const withdrawPromotion = defineKind<WithdrawPromotionInput>({
  procedure: app.npm.operation.withdrawPromotion.main.nsid,
  action: 'promote',
  witness: app.npm.org.approval.main.$type,
  parseInput(input) {
    const parsed = readInput(app.npm.operation.defs.withdrawPromotionInput, input)
    checkTid(parsed.id)
    checkName(parsed.name)
    return parsed
  },
  packageOf: ({ name }) => name,
  draftRecord(org, { id, promotion: cid, name, reason, createdAt }) {
    const uri = recordUri(org, app.npm.org.promotion.main.$type, id)
    const fields = { name, promotion: { uri, cid }, decision: 'withdrawn', reason, createdAt }
    return placeRecord(
      org,
      buildRecord({ schema: app.npm.org.promotionDecision.main, rkey: id, fields }, refuseOperation),
    )
  },
  summary: ({ name, id }) => `withdraw the promotion ${id} of ${name}`,
  consequence: () =>
    'Nothing more becomes public by it, and later versions do not follow. What is public already stays public: others have copies that nobody can call back.',
})
