import type { InferMethodOutputBody, Procedure } from '@atproto/lex-schema'
import type { AtUriString } from '@atproto/syntax'
import { readRequest } from '#common/ceremony/index.ts'
import { maxImportListBytes } from '#common/imports/index.ts'
import {
  addPasskey,
  approvePromotion,
  claimName,
  deprecate,
  enrol,
  importPackages,
  type OperationInput,
  type OperationKind,
  publish,
  publishFromCi,
  publishStaged,
  purge,
  purgeUpstream,
  putAdvisory,
  putException,
  putPermission,
  putSource,
  putTag,
  putTeam,
  putTrustedPublisher,
  releaseName,
  removePasskey,
  requestPromotion,
  retire,
  transferName,
  withdrawPromotion,
} from '#common/operations/index.ts'
import type { Operation } from '#common/records/index.ts'
import { maxTarballBytes } from '#common/tarball/index.ts'
import { type Lexicon, method, type Server } from '#common/xrpc/index.ts'
import { app } from '#lexicons'
import { approvePromotionSteps } from './approve-promotion/index.ts'
import { addPasskeySteps, removePasskeySteps } from './change-passkeys/index.ts'
import { claimNameSteps } from './claim-name/index.ts'
import type { OperationContext, Step } from './context.ts'
import { enrolSteps } from './enrol/index.ts'
import { importSteps } from './import/index.ts'
import { publishedVersion, publishFromCiSteps, publishStagedSteps, publishSteps } from './publish/index.ts'
import { purgeSteps, purgeUpstreamSteps } from './purge/index.ts'
import { putAdvisorySteps } from './put-advisory/index.ts'
import { putExceptionSteps } from './put-exception/index.ts'
import { putMetadataSteps, retireSteps } from './put-metadata/index.ts'
import { putRightsSteps } from './put-rights/index.ts'
import { putSourceSteps } from './put-source/index.ts'
import { releaseNameSteps } from './release-name/index.ts'
import { requestPromotionSteps } from './request-promotion/index.ts'
import type { OrgServices } from './services.ts'
import { transferNameSteps } from './transfer-name/index.ts'
import { withdrawPromotionSteps } from './withdraw-promotion/index.ts'

/** How a kind of operation is executed here. */
interface Execution<Input extends OperationInput, Output> {
  kind: OperationKind<Input>
  steps: readonly Step<OperationContext<Input>>[]
  /** What the caller is told afterwards. */
  outputOf: (context: OperationContext<Input>) => Output
  bodyLimitBytes?: number
}

// Operations other than a publish are in the header as a whole.
const noBodyBytes = 1024

/** Mounts every operation that this PDS executes. */
export function mountOperations(server: Server, services: OrgServices): void {
  const { operation } = app.npm
  const writtenRecord = ({ kind, input, operation: { org } }: OperationContext) => whereIs(kind.recordOf(org, input))
  mount(server, services, operation.publish, {
    kind: publish,
    steps: publishSteps,
    outputOf: (context) => whereIs(publishedVersion(context)),
    bodyLimitBytes: maxTarballBytes,
  })
  mount(server, services, operation.publishStaged, {
    kind: publishStaged,
    steps: publishStagedSteps,
    outputOf: (context) => whereIs(publishedVersion(context)),
    bodyLimitBytes: maxTarballBytes,
  })
  mount(server, services, operation.publishFromCi, {
    kind: publishFromCi,
    steps: publishFromCiSteps,
    outputOf: (context) => whereIs(publishedVersion(context)),
    bodyLimitBytes: maxTarballBytes,
  })
  mount(server, services, operation.putTag, { kind: putTag, steps: putMetadataSteps, outputOf: writtenRecord })
  mount(server, services, operation.deprecate, { kind: deprecate, steps: putMetadataSteps, outputOf: writtenRecord })
  mount(server, services, operation.retire, { kind: retire, steps: retireSteps, outputOf: writtenRecord })
  mount(server, services, operation.purge, { kind: purge, steps: purgeSteps, outputOf: writtenRecord })
  mount(server, services, operation.purgeUpstream, {
    kind: purgeUpstream,
    steps: purgeUpstreamSteps,
    outputOf: writtenRecord,
  })
  mount(server, services, operation.putTeam, { kind: putTeam, steps: putRightsSteps, outputOf: writtenRecord })
  mount(server, services, operation.putPermission, {
    kind: putPermission,
    steps: putRightsSteps,
    outputOf: writtenRecord,
  })
  mount(server, services, operation.putTrustedPublisher, {
    kind: putTrustedPublisher,
    steps: putRightsSteps,
    outputOf: writtenRecord,
  })
  mount(server, services, operation.putSource, { kind: putSource, steps: putSourceSteps, outputOf: writtenRecord })
  mount(server, services, operation.putException, {
    kind: putException,
    steps: putExceptionSteps,
    outputOf: writtenRecord,
  })
  mount(server, services, operation.putAdvisory, {
    kind: putAdvisory,
    steps: putAdvisorySteps,
    outputOf: writtenRecord,
  })
  mount(server, services, operation.claimName, { kind: claimName, steps: claimNameSteps, outputOf: writtenRecord })
  mount(server, services, operation.releaseName, {
    kind: releaseName,
    steps: releaseNameSteps,
    outputOf: writtenRecord,
  })
  mount(server, services, operation.transferName, {
    kind: transferName,
    steps: transferNameSteps,
    outputOf: writtenRecord,
  })
  mount(server, services, operation.requestPromotion, {
    kind: requestPromotion,
    steps: requestPromotionSteps,
    outputOf: writtenRecord,
  })
  mount(server, services, operation.approvePromotion, {
    kind: approvePromotion,
    steps: approvePromotionSteps,
    outputOf: writtenRecord,
  })
  mount(server, services, operation.withdrawPromotion, {
    kind: withdrawPromotion,
    steps: withdrawPromotionSteps,
    outputOf: writtenRecord,
  })
  mount(server, services, operation.import, {
    kind: importPackages,
    steps: importSteps,
    outputOf: ({ kind, input, operation: { org } }) => whereIs(kind.recordOf(org, input)),
    bodyLimitBytes: maxImportListBytes,
  })
  mount(server, services, operation.enrol, {
    kind: enrol,
    steps: enrolSteps,
    outputOf: ownAccount,
  })
  mount(server, services, operation.addPasskey, { kind: addPasskey, steps: addPasskeySteps, outputOf: ownAccount })
  mount(server, services, operation.removePasskey, {
    kind: removePasskey,
    steps: removePasskeySteps,
    outputOf: ownAccount,
  })
}

function mount<Method extends Procedure, Input extends OperationInput>(
  server: Server,
  services: OrgServices,
  lexicon: Lexicon<Method>,
  { kind, steps, outputOf, bodyLimitBytes = noBodyBytes }: Execution<Input, InferMethodOutputBody<Method, never>>,
): void {
  method(server, lexicon, {
    bodyLimitBytes,
    auth: async (request) => readRequest(request, kind),
    handler: async ({ auth: asked }) => {
      await using opened = new AsyncDisposableStack()
      const context: OperationContext<Input> = { ...asked, services, opened }
      for (const step of steps) await step(context)
      return outputOf(context)
    },
  })
}

/** What is about a person has their DID for its `org`. */
function ownAccount({ operation: { org } }: { operation: Operation }): { did: `did:plc:${string}` } {
  return { did: org as `did:plc:${string}` }
}

function whereIs({ uri, cid }: { uri: string; cid: string }): { uri: AtUriString; cid: string } {
  return { uri: uri as AtUriString, cid }
}
