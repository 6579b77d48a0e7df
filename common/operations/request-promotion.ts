import { app } from '#lexicons'
import { defineKind } from './operation-kind.ts'
import { checkPromotionRequest, describeChosen, type PromotionRequest, promotionOf } from './promotion-request.ts'
import { readInput } from './read-input.ts'

export interface RequestPromotionInput extends PromotionRequest {
  /** CID of the promotion. */
  record: string
}

/** Asks for versions to be open-sourced. Nothing becomes public by it. */
export const requestPromotion = defineKind<RequestPromotionInput>({
  procedure: app.npm.operation.requestPromotion.main.nsid,
  action: 'promote',
  witness: app.npm.org.approval.main.$type,
  parseInput(input) {
    const parsed = readInput(app.npm.operation.defs.requestPromotionInput, input)
    checkPromotionRequest(parsed)
    return parsed
  },
  packageOf: ({ name }) => name,
  draftRecord: promotionOf,
  summary: (input) => `ask for ${describeChosen(input)} to be made public`,
  consequence: () =>
    'Somebody else decides. If it is approved, everybody in the world can read these versions. Of those you published, your account is named as the publisher: by asking you agree to that.',
})
