import { checkExpiry } from '../check-expiry.ts'
import { checkName } from '../check-name.ts'
import { checkPermission } from '../check-permission.ts'
import type { Step } from '../context.ts'
import { verifyCaller } from '../verify-caller.ts'
import { verifyIdToken } from '../verify-id-token.ts'
import { verifyStepUp } from '../verify-step-up.ts'
import { checkIsSomebodyElse } from './check-is-somebody-else.ts'
import { checkVersionIsNew } from './check-version-is-new.ts'
import type { PublishContext, PublishFromCiContext, PublishStagedContext } from './context.ts'
import { inspectUpload } from './inspect-upload.ts'
import { storeUploads } from './store-uploads.ts'
import { verifyAttestation } from './verify-attestation.ts'
import { verifyBuilt } from './verify-built.ts'
import { verifyBundle } from './verify-bundle.ts'
import { verifyJob } from './verify-job.ts'
import { writeVersion } from './write-version.ts'

/** What the org PDS does with an approved publish, in this order (DESIGN §2, step 5). Nothing touches the disk before it is allowed. */
export const publishSteps = [
  checkExpiry,
  verifyCaller, // the person's service-auth JWT is about exactly this operation
  verifyIdToken, // the IdP made the ID token, for us
  verifyStepUp, // … and signed this operation's hash with it, freshly, with MFA
  verifyAttestation, // the person's repo holds the matching attestation, and the approval of the tag
  checkName, // the package is one of this organisation
  checkPermission, // Casbin: may publish this package
  checkVersionIsNew,
  storeUploads, // the tarball and, where there is one, the bundle
  inspectUpload, // the bytes make exactly the approved record
  verifyBundle, // … and were built where it says
  writeVersion, // version, tag, and the package at first: one commit
] as const satisfies Step<PublishContext>[]

/** What it does with a version that was staged: the same, but that two people stand behind it. */
export const publishStagedSteps = [
  checkExpiry,
  verifyCaller,
  checkIsSomebodyElse, // not who staged it
  verifyIdToken,
  verifyStepUp,
  verifyAttestation,
  checkName,
  checkPermission, // Casbin: may approve this package
  checkVersionIsNew,
  storeUploads,
  inspectUpload,
  verifyBundle,
  writeVersion,
] as const satisfies Step<PublishStagedContext>[]

/** What it does with what a job publishes: the job's ID token, or its provenance, stands in place of a person, the trusted publisher of a permission. */
export const publishFromCiSteps = [
  checkExpiry,
  verifyCaller, // the trusted publisher's account, on the people PDS, says so too
  verifyAttestation,
  checkName,
  checkVersionIsNew,
  verifyJob, // the issuer made the job's ID token, for these bytes, where it has one; the organisation trusts that job
  storeUploads,
  inspectUpload,
  verifyBundle,
  verifyBuilt, // where no ID token names the bytes, the bundle is of that very job
  writeVersion,
] as const satisfies Step<PublishFromCiContext>[]
