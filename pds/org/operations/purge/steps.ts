import type { PurgeInput } from '#common/operations/index.ts'
import { checkExpiry } from '../check-expiry.ts'
import { checkPermission } from '../check-permission.ts'
import type { OperationContext, Step } from '../context.ts'
import { verifyApprovals } from '../verify-approvals.ts'
import { verifyCaller } from '../verify-caller.ts'
import { verifyIdToken } from '../verify-id-token.ts'
import { verifyStepUp } from '../verify-step-up.ts'
import { writeRecords } from '../write-records.ts'
import { checkIsFirst } from './check-is-first.ts'
import { checkVersionsWerePublished } from './check-versions-were-published.ts'

const verifySteps = [
  checkExpiry,
  verifyCaller,
  verifyIdToken,
  verifyStepUp,
  verifyApprovals, // the person's repo holds an approval of each record
  checkPermission, // Casbin: may manage this organisation; for upstream, label the package
] as const satisfies Step<OperationContext<PurgeInput>>[]

/** What the org PDS does when bytes of its own are to go. */
export const purgeSteps = [
  ...verifySteps,
  checkVersionsWerePublished,
  writeRecords, // the host deletes the blobs with the commit (host/erase)
] as const satisfies Step<OperationContext<PurgeInput>>[]

/** … and those of upstream, which are in caches only. */
export const purgeUpstreamSteps = [...verifySteps, checkIsFirst, writeRecords] as const satisfies Step<
  OperationContext<PurgeInput>
>[]
