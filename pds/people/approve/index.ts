export { answerPoll } from './answer-poll.ts'
export { type Approval, checkApprover, findApproval, listPending, pagesClient } from './approvals.ts'
export { ApprovalCodes } from './code.ts'
export type { Comparison, TagMove, VersionChanges } from './compare/index.ts'
export type { Labelled } from './count-labelled.ts'
export { denyApproval } from './deny-approval.ts'
export { finishApproval } from './finish/index.ts'
export { Inspections } from './inspections.ts'
export { openApproval } from './open-approval.ts'
export { readProvenance } from './read-provenance.ts'
export { redeemApproval } from './redeem-approval.ts'
export { requestStepUp } from './request-step-up.ts'
export { type PublishReview, type Review, reviewApproval } from './review-approval.ts'
export { submitDecided } from './submit-decided.ts'
export {
  type ApprovalBatch,
  completeBatch,
  findBatch,
  finishBatch,
  membersOf,
  readSelection,
  requestBatchStepUp,
  resumeBatches,
  reviewWaiting,
  type WaitingReview,
} from './together/index.ts'
