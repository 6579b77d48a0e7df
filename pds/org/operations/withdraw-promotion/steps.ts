import type { WithdrawPromotionInput } from '#common/operations/index.ts'
import { checkExpiry } from '../check-expiry.ts'
import { checkIsNewest } from '../check-is-newest.ts'
import { checkPermission } from '../check-permission.ts'
import type { OperationContext, Step } from '../context.ts'
import { verifyApprovals } from '../verify-approvals.ts'
import { verifyCaller } from '../verify-caller.ts'
import { verifyIdToken } from '../verify-id-token.ts'
import { verifyStepUp } from '../verify-step-up.ts'
import { writeRecords } from '../write-records.ts'
import { checkIsAskedFor } from './check-is-asked-for.ts'

/** What the org PDS does with the decision that nothing more becomes public. It stops by itself: every step looks whether it still stands. */
export const withdrawPromotionSteps = [
  checkExpiry,
  verifyCaller,
  verifyIdToken,
  verifyStepUp,
  verifyApprovals, // the person's repo holds an approval of the decision
  checkPermission, // Casbin: may ask for the promotion of this package
  checkIsAskedFor,
  checkIsNewest,
  writeRecords,
] as const satisfies Step<OperationContext<WithdrawPromotionInput>>[]
