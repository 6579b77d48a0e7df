import { askRegistry } from './ask-registry.ts'
import { checkOrigin } from './check-origin.ts'
import { compareBytes } from './compare-bytes.ts'
import type { VerifyContext } from './context.ts'
import { findPublisher } from './find-publisher.ts'
import { proveEntitlement } from './prove-entitlement.ts'
import { proveHalves } from './prove-halves.ts'

export type { VerifyContext, VerifySetting } from './context.ts'

/** What is asked of each package of a lockfile, in this order (DESIGN §3). The first that fails decides. */
export const verifySteps = [
  checkOrigin,
  findPublisher,
  proveHalves, // of what is internal, from the anchors on, without believing the registry
  askRegistry, // about the rest
  compareBytes,
  proveEntitlement, // last: where nothing else is wrong, somebody may decide to believe it
] as const satisfies ((context: VerifyContext) => Promise<void>)[]
