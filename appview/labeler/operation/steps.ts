import { checkExpiry } from './check-expiry.ts'
import { checkPermission } from './check-permission.ts'
import { checkSubject } from './check-subject.ts'
import type { LabelingStep } from './context.ts'
import { label } from './label.ts'
import { verifyCaller } from './verify-caller.ts'
import { verifyIdToken } from './verify-id-token.ts'
import { verifyStepUp } from './verify-step-up.ts'

/** What the AppView does with an approved label, in this order. It takes nobody's word for any of it (DESIGN §2). */
export const labelingSteps = [
  verifyCaller, // the person's own token is about exactly this operation, and they have not left
  checkExpiry, // what was approved is done soon or never
  verifyIdToken, // the IdP made the token that came along, for us and just now
  verifyStepUp, // it signed this operation's hash, freshly, with MFA, about this very person
  checkPermission, // Casbin: may label this package, by the organisation's rights in effect
  checkSubject, // the package is the organisation's own, or upstream's
  label,
] as const satisfies LabelingStep[]
