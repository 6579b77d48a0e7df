import { administerMessages } from './administer-messages.ts'
import { awaitLabels } from './await-labels.ts'
import { awaitRecord } from './await-record.ts'
import { awaitVersion } from './await-version.ts'
import { checkPermission } from './check-permission.ts'
import type { XrpcContext } from './context.ts'
import { diffPolicy } from './diff-policy.ts'
import { findAdvisories } from './find-advisories.ts'
import { findLabelled } from './find-labelled.ts'
import { getAttestations } from './get-attestations.ts'
import { getClaim } from './get-claim.ts'
import { getEntitlement } from './get-entitlement.ts'
import { getNameHistory } from './get-name-history.ts'
import { getPackument } from './get-packument.ts'
import { getPerson } from './get-person.ts'
import { getPromotionFacts } from './get-promotion-facts.ts'
import { getPublicLog } from './get-public-log.ts'
import { getPublicProof } from './get-public-proof.ts'
import { getPublicRecords } from './get-public-records.ts'
import { getRevocations } from './get-revocations.ts'
import { getSource } from './get-source.ts'
import { getStatus } from './get-status.ts'
import { getTrust } from './get-trust.ts'
import { getUpstreamAttestations } from './get-upstream-attestations.ts'
import { getUpstreamTarball } from './get-upstream-tarball.ts'
import { getUpstreamVersion } from './get-upstream-version.ts'
import { getVersion } from './get-version.ts'
import { importAdvisories } from './import-advisories.ts'
import { listAdvisories } from './list-advisories.ts'
import { listBuilders } from './list-builders.ts'
import { listCollaborators } from './list-collaborators.ts'
import { listExceptions } from './list-exceptions.ts'
import { listKeys } from './list-keys.ts'
import { listLabels } from './list-labels.ts'
import { listMembers } from './list-members.ts'
import { listNames } from './list-names.ts'
import { listOrgs } from './list-orgs.ts'
import { listOwnAdvisories } from './list-own-advisories.ts'
import { listPackages } from './list-packages.ts'
import { listPermissions } from './list-permissions.ts'
import { listPurges } from './list-purges.ts'
import { listTeams } from './list-teams.ts'
import { listTrustedPublishers } from './list-trusted-publishers.ts'
import { noteExceptionRequest } from './note-exception-request.ts'
import { noteStaged } from './note-staged.ts'
import { noteWaitingName } from './note-waiting-name.ts'
import { noteWaitingPromotion } from './note-waiting-promotion.ts'
import { resolveName } from './resolve-name.ts'
import { searchPackages } from './search-packages.ts'
import { subscribeUpdates } from './subscribe-updates.ts'
import { mountSubscriptions, type Subscription } from './subscriptions.ts'
import { testPolicy } from './test-policy.ts'
import { weighExceptions } from './weigh-exceptions.ts'

export type { XrpcContext } from './context.ts'

const methods = [
  resolveName,
  getClaim,
  getSource,
  listNames,
  getNameHistory,
  checkPermission,
  getPackument,
  getPerson,
  getRevocations,
  listPurges,
  getVersion,
  getAttestations,
  getEntitlement,
  getTrust,
  listKeys,
  awaitVersion,
  awaitRecord,
  getUpstreamTarball,
  getUpstreamVersion,
  getUpstreamAttestations,
  getPublicLog,
  getPublicProof,
  searchPackages,
  listOrgs,
  listTeams,
  listPermissions,
  listTrustedPublishers,
  listMembers,
  listPackages,
  listCollaborators,
  findLabelled,
  awaitLabels,
  listLabels,
  listExceptions,
  listOwnAdvisories,
  weighExceptions,
  testPolicy,
  diffPolicy,
  listBuilders,
  getStatus,
  importAdvisories,
  listAdvisories,
  findAdvisories,
  administerMessages,
  noteStaged,
  noteExceptionRequest,
  noteWaitingName,
  noteWaitingPromotion,
  getPromotionFacts,
  getPublicRecords,
]

/** Mounts `app.npm.registry.*`. @param streams beside its own @returns what to dispose of before the server closes */
export function mountXrpc(context: XrpcContext, streams: readonly Subscription[]): Disposable {
  for (const mount of methods) mount(context)
  return mountSubscriptions(context, [subscribeUpdates(context), ...streams])
}
