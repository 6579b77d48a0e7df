import type { Operation } from '#common/records/index.ts'
import { type ApproveNameInput, approveName } from './approve-name.ts'
import { type ApprovePromotionInput, approvePromotion } from './approve-promotion.ts'
import { type ClaimNameInput, claimName } from './claim-name.ts'
import { consentToPromotion } from './consent-to-promotion.ts'
import { type CreateTokenInput, createToken } from './create-token.ts'
import { type DeprecateInput, deprecate } from './deprecate.ts'
import { type EnrolInput, enrol } from './enrol.ts'
import { type ImportInput, importPackages } from './import-packages.ts'
import { type Draft, type OperationKind, refuseOperation } from './operation-kind.ts'
import { type AddPasskeyInput, addPasskey, type RemovePasskeyInput, removePasskey } from './passkeys.ts'
import { type PublishInput, publish } from './publish.ts'
import { type PublishFromCiInput, publishFromCi } from './publish-from-ci.ts'
import { type PublishStagedInput, publishStaged } from './publish-staged.ts'
import { type PurgeInput, purge, purgeUpstream } from './purge.ts'
import { type PutAdvisoryInput, putAdvisory } from './put-advisory.ts'
import { type PutExceptionInput, putException } from './put-exception.ts'
import { type PutLabelsInput, putLabels } from './put-labels.ts'
import { type PutPermissionInput, putPermission } from './put-permission.ts'
import { type PutSourceInput, putSource } from './put-source.ts'
import { type PutTagInput, putTag } from './put-tag.ts'
import { type PutTeamInput, putTeam } from './put-team.ts'
import { type PutTrustedPublisherInput, putTrustedPublisher } from './put-trusted-publisher.ts'
import { type ReleaseNameInput, releaseName } from './release-name.ts'
import { type RequestPromotionInput, requestPromotion } from './request-promotion.ts'
import { type RetireInput, retire } from './retire.ts'
import { type TransferNameInput, transferName } from './transfer-name.ts'
import { type WithdrawPromotionInput, withdrawPromotion } from './withdraw-promotion.ts'

export type OperationInput =
  | PublishInput
  | PublishStagedInput
  | PublishFromCiInput
  | PutTagInput
  | DeprecateInput
  | RetireInput
  | PurgeInput
  | PutSourceInput
  | PutTeamInput
  | PutPermissionInput
  | PutTrustedPublisherInput
  | PutExceptionInput
  | PutAdvisoryInput
  | ClaimNameInput
  | ReleaseNameInput
  | TransferNameInput
  | ApproveNameInput
  | ImportInput
  | EnrolInput
  | AddPasskeyInput
  | RemovePasskeyInput
  | CreateTokenInput
  | PutLabelsInput
  | RequestPromotionInput
  | ApprovePromotionInput
  | WithdrawPromotionInput
export type DraftInput = Draft<OperationInput>

/** Every kind there is. A kind takes only inputs that its own `parseInput` returned. */
export const operationKinds: readonly OperationKind<OperationInput>[] = [
  publish,
  publishStaged,
  publishFromCi,
  putTag,
  deprecate,
  retire,
  purge,
  purgeUpstream,
  putSource,
  putTeam,
  putPermission,
  putTrustedPublisher,
  putException,
  putAdvisory,
  claimName,
  releaseName,
  transferName,
  approveName,
  importPackages,
  enrol,
  addPasskey,
  removePasskey,
  createToken,
  putLabels,
  requestPromotion,
  consentToPromotion,
  approvePromotion,
  withdrawPromotion,
]

/** @throws InvalidOperation when nothing executes this procedure */
export function kindOf(procedure: string): OperationKind<OperationInput> {
  const kind = operationKinds.find((candidate) => candidate.procedure === procedure)
  if (kind === undefined) throw refuseOperation(`there is no operation ${procedure.slice(0, 317)}`)
  return kind
}

/** The collection in which a person stands behind operations of this kind; undefined for those that write nothing. */
export function witnessOf(kind: Pick<OperationKind<OperationInput>, 'witness'>): string | undefined {
  return kind.witness
}

/** Whether operations of this kind write a version, which is attested; anything else is approved. */
export function writesVersion({ witness }: Pick<OperationKind<OperationInput>, 'witness'>): boolean {
  return witness === publish.witness
}

/**
 * What an operation asks for: its kind and its checked input.
 * @throws InvalidOperation, InvalidName, InvalidVersion
 */
export function readOperation(operation: Operation): { kind: OperationKind<OperationInput>; input: OperationInput } {
  const kind = kindOf(operation.procedure)
  const input = kind.parseInput(operation.input)
  if ('subject' in input && 'did' in input && input.did !== operation.org) {
    throw refuseOperation('an enrolment is about the person whose operation it is')
  }
  return { kind, input }
}
