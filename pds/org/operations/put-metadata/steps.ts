import type { RetireInput } from '#common/operations/index.ts'
import { checkExpiry } from '../check-expiry.ts'
import { checkIsNewest } from '../check-is-newest.ts'
import { checkName } from '../check-name.ts'
import { checkPermission } from '../check-permission.ts'
import type { OperationContext, Step } from '../context.ts'
import { verifyApprovals } from '../verify-approvals.ts'
import { verifyCaller } from '../verify-caller.ts'
import { verifyIdToken } from '../verify-id-token.ts'
import { verifyStepUp } from '../verify-step-up.ts'
import { writeRecords } from '../write-records.ts'
import { checkVersionsAreThere } from './check-versions-are-there.ts'
import { checkVersionsAreYoung } from './check-versions-are-young.ts'
import type { PutMetadataContext } from './context.ts'

const verifySteps = [
  checkExpiry,
  verifyCaller,
  verifyIdToken,
  verifyStepUp,
  verifyApprovals, // the person's repo holds an approval of each record
  checkName,
  checkPermission, // Casbin: may publish this package
  checkVersionsAreThere,
] as const satisfies Step<PutMetadataContext>[]

/** What the org PDS does with what somebody says of a package that is there: tags, deprecations. */
export const putMetadataSteps = [
  ...verifySteps,
  checkIsNewest,
  writeRecords,
] as const satisfies Step<PutMetadataContext>[]

/** … and that versions of it are withdrawn. */
export const retireSteps = [...verifySteps, checkVersionsAreYoung, writeRecords] as const satisfies Step<
  OperationContext<RetireInput>
>[]
