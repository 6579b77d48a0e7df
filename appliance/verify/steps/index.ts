import { askRegistry } from './ask-registry.ts'
import { checkOrigin } from './check-origin.ts'
import { compareBlob } from './compare-blob.ts'
import { compareBytes } from './compare-bytes.ts'
import type { VerifyContext } from './context.ts'
import { findPublisher } from './find-publisher.ts'
import { proveEntitlement } from './prove-entitlement.ts'
import { proveHalves } from './prove-halves.ts'
import { proveParties } from './prove-parties.ts'
import { provePublicAccount } from './prove-public-account.ts'
import { provePublicRecord } from './prove-public-record.ts'

export type { VerifyContext, VerifySetting } from './context.ts'

/** What is asked of each package of a lockfile, in this order (DESIGN §3). The first that fails decides. */
export const verifySteps = [
  checkOrigin,
  findPublisher,
  proveHalves, // of what is internal, from the anchors on, without believing the registry
  provePublicAccount, // of what the public network has, from the DID on
  provePublicRecord,
  proveParties,
  askRegistry, // about the rest
  compareBytes,
  compareBlob, // of the public network
  proveEntitlement, // last: where nothing else is wrong, somebody may decide to believe it
] as const satisfies ((context: VerifyContext) => Promise<void>)[]
