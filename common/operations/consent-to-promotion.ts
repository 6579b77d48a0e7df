import { app } from '#lexicons'
import { defineKind } from './operation-kind.ts'
import { checkPromotionRequest, describeChosen, promotionOf } from './promotion-request.ts'
import { readInput } from './read-input.ts'
import type { RequestPromotionInput } from './request-promotion.ts'

/**
 * Who published a version agrees to be named beside it in public: their approval of the promotion is all of it, and nobody
 * executes anything. Without it, whoever approves the promotion stands behind the version in public.
 */
export const consentToPromotion = defineKind<RequestPromotionInput>({
  procedure: app.npm.operation.consentToPromotion.main.nsid,
  action: undefined,
  witness: app.npm.org.approval.main.$type,
  executor: 'gateway',
  parseInput(input) {
    const parsed = readInput(app.npm.operation.defs.consentToPromotionInput, input)
    checkPromotionRequest(parsed)
    return parsed
  },
  packageOf: ({ name }) => name,
  draftRecord: promotionOf,
  summary: (input) => `agree to be named in public as publisher of ${describeChosen(input)}`,
  consequence: () =>
    'If the promotion is approved, your account and its handle are public beside the versions you published. What was public cannot be called back.',
})
