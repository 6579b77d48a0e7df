import { checkExpiry } from '../check-expiry.ts'
import { checkPermission } from '../check-permission.ts'
import type { Step } from '../context.ts'
import { verifyApprovals } from '../verify-approvals.ts'
import { verifyCaller } from '../verify-caller.ts'
import { verifyIdToken } from '../verify-id-token.ts'
import { verifyStepUp } from '../verify-step-up.ts'
import { beginImport } from './begin-import.ts'
import { checkAllNames } from './check-all-names.ts'
import { checkMayPublish } from './check-may-publish.ts'
import { checkVersionsAreNew } from './check-versions-are-new.ts'
import type { ImportContext } from './context.ts'
import { receiveList } from './receive-list.ts'

/**
 * What the org PDS does with an approved import. As any operation it has ten minutes to get here; then the list is written
 * down, and its versions have a day to arrive. Nothing else can: each is held to the list by its CID, so all that stays open
 * is when they come. That the person still may is asked again whenever some do.
 */
export const importSteps = [
  checkExpiry,
  verifyCaller, // the person's service-auth JWT is about exactly this operation
  verifyIdToken,
  verifyStepUp, // the IdP signed this operation's hash, freshly, with MFA
  verifyApprovals, // the person's repo holds an approval of the import
  checkPermission, // Casbin: may manage this organisation
  receiveList, // exactly the approved one
  checkAllNames, // every package is one of this organisation
  checkMayPublish, // Casbin: may publish each of them
  checkVersionsAreNew,
  beginImport, // the import record, and the list to hold the versions to
] as const satisfies Step<ImportContext>[]
