import type { ApprovePromotionInput } from '#common/operations/index.ts'
import { checkExpiry } from '../check-expiry.ts'
import { checkIsNewest } from '../check-is-newest.ts'
import { checkPermission } from '../check-permission.ts'
import type { OperationContext, Step } from '../context.ts'
import { checkPromotes } from '../request-promotion/check-promotes.ts'
import { verifyApprovals } from '../verify-approvals.ts'
import { verifyCaller } from '../verify-caller.ts'
import { verifyIdToken } from '../verify-id-token.ts'
import { verifyStepUp } from '../verify-step-up.ts'
import { wakePromoter } from '../wake-promoter.ts'
import { writeRecords } from '../write-records.ts'
import { checkIsSomebodyElse } from './check-is-somebody-else.ts'
import { checkPreflight } from './check-preflight.ts'
import { checkStands } from './check-stands.ts'
import { checkTogether } from './check-together.ts'

/** What the org PDS does with the decision that versions become public. */
export const approvePromotionSteps = [
  checkExpiry,
  checkPromotes, // this box makes packages public at all
  verifyCaller,
  verifyIdToken,
  verifyStepUp,
  verifyApprovals, // the person's repo holds an approval of the decision
  checkPermission, // Casbin: may approve the promotion of this package
  checkIsSomebodyElse, // four eyes
  checkStands, // it was asked for exactly so, and nobody decided
  checkTogether, // what it needs becomes public, too
  checkPreflight, // every byte was read once more, and nothing stops it
  checkStands, // that took a while, and nobody withdrew it meanwhile
  checkIsNewest,
  writeRecords,
  wakePromoter,
] as const satisfies Step<OperationContext<ApprovePromotionInput>>[]
