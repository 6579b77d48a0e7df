import type { RequestPromotionInput } from '#common/operations/index.ts'
import { checkExpiry } from '../check-expiry.ts'
import { checkPermission } from '../check-permission.ts'
import type { OperationContext, Step } from '../context.ts'
import { verifyApprovals } from '../verify-approvals.ts'
import { verifyCaller } from '../verify-caller.ts'
import { verifyIdToken } from '../verify-id-token.ts'
import { verifyStepUp } from '../verify-step-up.ts'
import { wakePromoter } from '../wake-promoter.ts'
import { writeRecords } from '../write-records.ts'
import { checkAsker } from './check-asker.ts'
import { checkChosenVersions } from './check-chosen-versions.ts'
import { checkIdIsFree } from './check-id-is-free.ts'
import { checkPromotes } from './check-promotes.ts'
import { checkWaivers } from './check-waivers.ts'

/** What the org PDS does with the wish that versions become public. */
export const requestPromotionSteps = [
  checkExpiry,
  checkPromotes, // this box makes packages public at all
  verifyCaller,
  verifyIdToken,
  verifyStepUp,
  verifyApprovals, // the person's repo holds an approval of the record
  checkPermission, // Casbin: may ask for the promotion of this package
  checkAsker, // the record names who asks, for somebody else has to approve
  checkChosenVersions, // and the versions that are here, by their CIDs
  checkWaivers,
  checkIdIsFree,
  writeRecords,
  wakePromoter, // who may decide is told
] as const satisfies Step<OperationContext<RequestPromotionInput>>[]
