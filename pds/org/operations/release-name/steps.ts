import type { ReleaseNameInput } from '#common/operations/index.ts'
import { checkExpiry } from '../check-expiry.ts'
import { checkIsNewest } from '../check-is-newest.ts'
import { checkPermission } from '../check-permission.ts'
import type { OperationContext, Step } from '../context.ts'
import { verifyApprovals } from '../verify-approvals.ts'
import { verifyCaller } from '../verify-caller.ts'
import { verifyIdToken } from '../verify-id-token.ts'
import { verifyStepUp } from '../verify-step-up.ts'
import { writeRecords } from '../write-records.ts'
import { checkIsClaimed } from './check-is-claimed.ts'

/** What the org PDS does when an organisation takes its claim of a name back. */
export const releaseNameSteps = [
  checkExpiry,
  verifyCaller,
  verifyIdToken,
  verifyStepUp,
  verifyApprovals, // the person's repo holds the matching approval
  checkPermission, // Casbin: may manage this organisation
  checkIsClaimed,
  checkIsNewest,
  writeRecords,
] as const satisfies Step<OperationContext<ReleaseNameInput>>[]
