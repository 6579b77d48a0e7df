import { checkExpiry } from '../check-expiry.ts'
import { checkPermission } from '../check-permission.ts'
import type { Step } from '../context.ts'
import { verifyApproval } from '../verify-approval.ts'
import { verifyCaller } from '../verify-caller.ts'
import { verifyIdToken } from '../verify-id-token.ts'
import { verifyStepUp } from '../verify-step-up.ts'
import { checkIsNewest } from './check-is-newest.ts'
import type { PutRightsContext } from './context.ts'
import { writeRights } from './write-rights.ts'

/** What the org PDS does with an approved team or permission. */
export const putRightsSteps = [
  checkExpiry,
  verifyCaller,
  verifyIdToken,
  verifyStepUp,
  verifyApproval, // the person's repo holds the matching approval
  checkPermission, // Casbin: may manage this organisation
  checkIsNewest,
  writeRights,
] as const satisfies Step<PutRightsContext>[]
