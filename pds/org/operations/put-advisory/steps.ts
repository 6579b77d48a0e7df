import type { PutAdvisoryInput } from '#common/operations/index.ts'
import { checkExpiry } from '../check-expiry.ts'
import { checkIsNewest } from '../check-is-newest.ts'
import { checkPermission } from '../check-permission.ts'
import type { OperationContext, Step } from '../context.ts'
import { verifyApprovals } from '../verify-approvals.ts'
import { verifyCaller } from '../verify-caller.ts'
import { verifyIdToken } from '../verify-id-token.ts'
import { verifyStepUp } from '../verify-step-up.ts'
import { writeRecords } from '../write-records.ts'
import { checkWhatStands } from './check-what-stands.ts'

/** What the org PDS does with an approved advisory, or its withdrawal. */
export const putAdvisorySteps = [
  checkExpiry,
  verifyCaller,
  verifyIdToken,
  verifyStepUp,
  verifyApprovals, // the person's repo holds the matching approval
  checkPermission, // Casbin: may label this package
  checkWhatStands, // an id says one thing, and is withdrawn once
  checkIsNewest,
  writeRecords,
] as const satisfies Step<OperationContext<PutAdvisoryInput>>[]
