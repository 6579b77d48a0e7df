import { attest } from './attest.ts'
import { buildVersion } from './build-version.ts'
import { checkStillWanted } from './check-still-wanted.ts'
import type { JobContext } from './context.ts'
import { ensureAccount } from './ensure-account.ts'
import { findPublisher } from './find-publisher.ts'
import { verifyJob } from './verify-job.ts'

/** What the people PDS does with a publish that no person is there for, in this order (DESIGN §2, "CI has no person"). */
export const attestFromCiSteps = [
  checkStillWanted, // it is such an operation, and has not expired
  findPublisher, // the organisation's repository has the trusted publisher, with proof, and somebody here approved it
  buildVersion, // the parked bytes make exactly the record the operation names, and were built where their bundle says
  verifyJob, // the job's own ID token is that publisher's, for these bytes, once; or the bundle is of that very job
  ensureAccount, // the publisher has a repository of its own
  attest,
] as const satisfies ((context: JobContext) => Promise<void>)[]
