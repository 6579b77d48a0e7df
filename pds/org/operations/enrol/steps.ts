import type { EnrolInput } from '#common/operations/index.ts'
import { checkCallerIsPerson } from '../check-caller-is-person.ts'
import { checkExpiry } from '../check-expiry.ts'
import type { OperationContext, Step } from '../context.ts'
import { verifyCaller } from '../verify-caller.ts'
import { verifyIdToken } from '../verify-id-token.ts'
import { bindSubject } from './bind-subject.ts'

import { checkConfirmation } from './check-confirmation.ts'

/** How this PDS learns whom the IdP means by a subject, once for each person (DESIGN §2, sign-in). */
export const enrolSteps = [
  checkExpiry,
  verifyCaller,
  checkCallerIsPerson, // nobody enrols somebody else
  verifyIdToken,
  checkConfirmation, // the IdP signed "this subject is this DID"
  bindSubject,
] as const satisfies Step<OperationContext<EnrolInput>>[]
