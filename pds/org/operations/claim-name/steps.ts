import type { ClaimNameInput } from '#common/operations/index.ts'
import { checkExpiry } from '../check-expiry.ts'
import { checkPermission } from '../check-permission.ts'
import type { OperationContext, Step } from '../context.ts'
import { verifyApprovals } from '../verify-approvals.ts'
import { verifyCaller } from '../verify-caller.ts'
import { verifyIdToken } from '../verify-id-token.ts'
import { verifyStepUp } from '../verify-step-up.ts'
import { writeClaim } from './write-claim.ts'

/** What the org PDS does with an approved claim. Whether the name can be had is for the registry to say. */
export const claimNameSteps = [
  checkExpiry,
  verifyCaller,
  verifyIdToken,
  verifyStepUp,
  verifyApprovals, // the person's repo holds the matching approval
  checkPermission, // Casbin: may manage this organisation
  writeClaim,
] as const satisfies Step<OperationContext<ClaimNameInput>>[]
