import type { PutExceptionInput } from '#common/operations/index.ts'
import { checkExpiry } from '../check-expiry.ts'
import { checkIsNewest } from '../check-is-newest.ts'
import { checkPermission } from '../check-permission.ts'
import type { OperationContext, Step } from '../context.ts'
import { verifyApprovals } from '../verify-approvals.ts'
import { verifyCaller } from '../verify-caller.ts'
import { verifyIdToken } from '../verify-id-token.ts'
import { verifyStepUp } from '../verify-step-up.ts'
import { writeRecords } from '../write-records.ts'
import { checkDecider } from './check-decider.ts'

/** What the org PDS does with an approved exception from the policy, or its withdrawal. */
export const putExceptionSteps = [
  checkExpiry,
  verifyCaller,
  verifyIdToken,
  verifyStepUp,
  verifyApprovals, // the person's repo holds the matching approval
  checkPermission, // Casbin: may except this package
  checkDecider,
  checkIsNewest,
  writeRecords,
] as const satisfies Step<OperationContext<PutExceptionInput>>[]
