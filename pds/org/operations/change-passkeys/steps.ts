import type { AddPasskeyInput, RemovePasskeyInput } from '#common/operations/index.ts'
import { checkCallerIsPerson } from '../check-caller-is-person.ts'
import { checkExpiry } from '../check-expiry.ts'
import type { OperationContext, Step } from '../context.ts'
import { verifyCaller } from '../verify-caller.ts'
import { verifyIdToken } from '../verify-id-token.ts'
import { verifyStepUp } from '../verify-step-up.ts'
import { checkCredential } from './check-credential.ts'
import { checkIsAlone } from './check-is-alone.ts'
import { forgetPasskey } from './forget-passkey.ts'
import { keepPasskey } from './keep-passkey.ts'
import { verifyOwner } from './verify-owner.ts'

/** How this PDS learns of a person's passkeys. */
export const addPasskeySteps = [
  checkExpiry,
  checkIsAlone,
  verifyCaller,
  checkCallerIsPerson, // nobody adds a key to somebody else's
  verifyIdToken,
  verifyOwner, // the IdP signed "this key is this person's", and so did a passkey they have; or it is their first, in time
  checkCredential,
  keepPasskey,
] as const satisfies Step<OperationContext<AddPasskeyInput>>[]

export const removePasskeySteps = [
  checkExpiry,
  checkIsAlone,
  verifyCaller,
  checkCallerIsPerson,
  verifyIdToken,
  verifyStepUp, // with a passkey, like everything that matters
  forgetPasskey,
] as const satisfies Step<OperationContext<RemovePasskeyInput>>[]
