import type { PutSourceInput } from '#common/operations/index.ts'
import { checkExpiry } from '../check-expiry.ts'
import { checkIsNewest } from '../check-is-newest.ts'
import { checkPermission } from '../check-permission.ts'
import type { OperationContext, Step } from '../context.ts'
import { verifyApprovals } from '../verify-approvals.ts'
import { verifyCaller } from '../verify-caller.ts'
import { verifyIdToken } from '../verify-id-token.ts'
import { verifyStepUp } from '../verify-step-up.ts'
import { writeRecords } from '../write-records.ts'
import { checkPackageIsThere } from './check-package-is-there.ts'

/** What the org PDS does with the declared source of a package. */
export const putSourceSteps = [
  checkExpiry,
  verifyCaller,
  verifyIdToken,
  verifyStepUp,
  verifyApprovals, // the person's repo holds an approval of the record
  checkPermission, // Casbin: may manage the organisation
  checkPackageIsThere,
  checkIsNewest,
  writeRecords,
] as const satisfies Step<OperationContext<PutSourceInput>>[]
