import { checkExpiry } from '../check-expiry.ts'
import { checkIsNewest } from '../check-is-newest.ts'
import { checkName } from '../check-name.ts'
import { checkPermission } from '../check-permission.ts'
import type { Step } from '../context.ts'
import { verifyApprovals } from '../verify-approvals.ts'
import { verifyCaller } from '../verify-caller.ts'
import { verifyIdToken } from '../verify-id-token.ts'
import { verifyStepUp } from '../verify-step-up.ts'
import { writeRecords } from '../write-records.ts'
import { checkVersionsAreThere } from './check-versions-are-there.ts'
import type { PutMetadataContext } from './context.ts'

/** What the org PDS does with what somebody says of a package that is there: a tag. */
export const putMetadataSteps = [
  checkExpiry,
  verifyCaller,
  verifyIdToken,
  verifyStepUp,
  verifyApprovals, // the person's repo holds an approval of each record
  checkName,
  checkPermission, // Casbin: may publish this package
  checkVersionsAreThere,
  checkIsNewest,
  writeRecords,
] as const satisfies Step<PutMetadataContext>[]
