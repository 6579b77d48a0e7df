export { type ApproveNameInput, approveName } from './approve-name.ts'
export { type ApprovePromotionInput, approvePromotion } from './approve-promotion.ts'
export { buildApproval, buildAttestation, buildWitnesses } from './build-witness.ts'
export { type ClaimNameInput, claimName } from './claim-name.ts'
export {
  type ComposedOperation,
  composeAddPasskey,
  composeEnrolment,
  composeLabels,
  composeOperation,
  composeRemovePasskey,
  composeToken,
} from './compose-operation.ts'
export { consentToPromotion } from './consent-to-promotion.ts'
export { type CreateTokenInput, createToken } from './create-token.ts'
export { type DeprecateInput, deprecate } from './deprecate.ts'
export { type EnrolInput, enrol } from './enrol.ts'
export { type ImportInput, importListType, importPackages } from './import-packages.ts'
export { kindOf, type OperationInput, operationKinds, readOperation, witnessOf, writesVersion } from './kinds.ts'
export type { AttestedBeside, OperationKind } from './operation-kind.ts'
export { type AddPasskeyInput, addPasskey, type RemovePasskeyInput, removePasskey } from './passkeys.ts'
export { describeChosen, type PromotionRequest, type PromotionWaiver, promotionOf } from './promotion-request.ts'
export { type PublishInput, publish } from './publish.ts'
export { type PublishFromCiInput, publishFromCi, readPublisherUri } from './publish-from-ci.ts'
export { type PublishStagedInput, publishStaged } from './publish-staged.ts'
export { type PurgeInput, purge, purgeUpstream } from './purge.ts'
export { type PutAdvisoryInput, putAdvisory } from './put-advisory.ts'
export { exceptionKey, maxExceptionDays, type PutExceptionInput, putException } from './put-exception.ts'
export { type PutLabelsInput, putLabels, subjectOf } from './put-labels.ts'
export { type PutPermissionInput, putPermission } from './put-permission.ts'
export { type PutSourceInput, putSource } from './put-source.ts'
export { type PutTagInput, putTag } from './put-tag.ts'
export { type PutTeamInput, putTeam } from './put-team.ts'
export {
  checkTrustedPublisher,
  type PutTrustedPublisherInput,
  putTrustedPublisher,
  type TrustedPublisher,
} from './put-trusted-publisher.ts'
export { type ReleaseNameInput, releaseName } from './release-name.ts'
export { type RequestPromotionInput, requestPromotion } from './request-promotion.ts'
export { isRetirable, type RetireInput, retire, retirementHours } from './retire.ts'
export { ruleId } from './rule-id.ts'
export { type AttestationMethod, approvalOf, attestationOf } from './stand-behind.ts'
export { type TransferNameInput, transferName } from './transfer-name.ts'
export { maxVersionsAtOnce, recordsForVersions } from './version-list.ts'
export { type WithdrawPromotionInput, withdrawPromotion } from './withdraw-promotion.ts'
