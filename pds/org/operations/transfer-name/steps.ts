import type { TransferNameInput } from '#common/operations/index.ts'
import { checkExpiry } from '../check-expiry.ts'
import { checkIsNewest } from '../check-is-newest.ts'
import { checkPermission } from '../check-permission.ts'
import type { OperationContext, Step } from '../context.ts'
import { verifyApprovals } from '../verify-approvals.ts'
import { verifyCaller } from '../verify-caller.ts'
import { verifyIdToken } from '../verify-id-token.ts'
import { verifyStepUp } from '../verify-step-up.ts'
import { writeRecords } from '../write-records.ts'
import { checkIsHolder } from './check-is-holder.ts'

/** What the org PDS does when an organisation hands a name over, or calls that off. */
export const transferNameSteps = [
  checkExpiry,
  verifyCaller,
  verifyIdToken,
  verifyStepUp,
  verifyApprovals, // the person's repo holds the matching approval
  checkPermission, // Casbin: may manage this organisation
  checkIsHolder,
  checkIsNewest,
  writeRecords,
] as const satisfies Step<OperationContext<TransferNameInput>>[]
