export {
  type AdvisorySource,
  findAdvisory,
  finishAdvisories,
  listAdvisories,
  listAdvisorySources,
  sinkOf,
} from './advisories.ts'
export { type AuditEntryView, type AuditPeriod, entriesOf, exportLines, lastEntries, newestSeal } from './audit.ts'
export { type BreakGlass, endBreakGlass, grantBreakGlass, listBreakGlass } from './break-glass.ts'
export { type Approval, callGateway, OperationRefused, type PersonalGateway } from './call-gateway.ts'
export { changeTeam, putPermission, putTeam, type Rule, retirePermission, type TeamDraft } from './change-rights.ts'
export { collectCode } from './collect-code.ts'
export { createOrg } from './create-org.ts'
export { type BlastRadius, type Downloaded, findDownloads } from './downloads.ts'
export {
  answerException,
  askForException,
  type ExceptionDraft,
  type ExceptionRequest,
  type ListedException,
  listExceptions,
  listRequests,
  makeException,
  withdrawException,
} from './exceptions.ts'
export {
  findOrg,
  findPeople,
  findPerson,
  listOrgs,
  listPeople,
  NotFoundHere,
  namePeople,
  type Org,
  type Person,
} from './find.ts'
export { findOrgAs, orgOfPackage } from './find-for-person.ts'
export { findGroups, showGroup } from './find-groups.ts'
export { importList, type ListRequest } from './import-list.ts'
export { type LabelRequest, listLabels, putLabel } from './labels.ts'
export { checkStaysManaged, orgsLeftAlone, withoutRule, withRule, withTeam } from './last-manager.ts'
export { type Managed, managersOf } from './managers-of.ts'
export { listMessages, type Message, type MessageState, retryMessages, testNotices } from './messages.ts'
export {
  approveName,
  type Claim,
  type ClaimState,
  claimName,
  decideName,
  draftName,
  findClaim,
  listNames,
  type Name,
  type NameHistory,
  nameHistory,
  releaseName,
  transferName,
  withdrawName,
} from './names.ts'
export { type Admin, NoBox, openAdmin } from './open-admin.ts'
export { type OperationRequest, operate, type WrittenRecord } from './operate.ts'
export { addAdvisory, type WrittenAdvisory, withdrawAdvisory } from './own-advisories.ts'
export { type PersonStatus, setPersonStatus } from './people.ts'
export { diffPolicy, listBuilders, type OnPage, type PolicyChange, type PolicyTest, testPolicy } from './policy.ts'
export { addUses, type UsedChange } from './policy-uses.ts'
export {
  approvePromotion,
  checkPromotion,
  consentToPromotion,
  listPromotions,
  type PreflightReport,
  type Promotion,
  type PromotionDraft,
  requestPromotion,
  type Waiver,
  withdrawPromotion,
} from './promotions.ts'
export { type PurgeRequest, purgeVersions } from './purge.ts'
export { type PasskeyReset, resetPasskeys } from './reset-passkeys.ts'
export { findTeam, listPermissions, listTeams, type Permission, type Team } from './rights.ts'
export { findSource, type PackageSource, putSource } from './source.ts'
export { approveStaged, listStaged, rejectStaged, type Staged, showStaged } from './stages.ts'
export { createToken, type ListedToken, listTokens, type MadeToken, revokeToken, type TokenRequest } from './tokens.ts'
export {
  distrustJob,
  findTrustedJob,
  listTrustedJobs,
  type TrustedJob,
  trustJob,
} from './trusted-publishers.ts'
