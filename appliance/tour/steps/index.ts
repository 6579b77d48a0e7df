import type { TourContext } from '../context.ts'
import { installElsewhere } from './install-elsewhere.ts'
import { publishAndApprove } from './publish-and-approve.ts'
import { refuseBob } from './refuse-bob.ts'
import { refuseOtherNames } from './refuse-other-names.ts'
import { refuseRepublish } from './refuse-republish.ts'
import { refuseStolenToken } from './refuse-stolen-token.ts'
import { refuseStrangers } from './refuse-strangers.ts'
import { refuseTampering } from './refuse-tampering.ts'
import { repeatFromLockfile } from './repeat-from-lockfile.ts'
import { signIn } from './sign-in.ts'

/** The tour, in this order: first what works, then what does not work for an attacker. */
export const tourSteps = [
  signIn,
  publishAndApprove,
  installElsewhere,
  repeatFromLockfile,
  refuseBob,
  refuseStrangers,
  refuseRepublish,
  refuseTampering,
  refuseStolenToken,
  refuseOtherNames,
] as const satisfies ((context: TourContext) => Promise<void>)[]
