import { crossPublishVersions } from './cross-publish.ts'
import { identifyOrganisation } from './identify-organisation.ts'
import { projectAttestations } from './project-attestations.ts'
import { projectPackage } from './project-package.ts'
import { seeInPublic } from './see-in-public.ts'
import type { PromotionStep } from './step.ts'

export type { PromotionStep } from './step.ts'

/**
 * What becomes of an approved promotion, in this order (DESIGN §6). Killed anywhere, it goes on behind the last step that was written
 * down; the edge asks the relays to come after each push.
 */
export const promotionSteps: readonly PromotionStep[] = [
  identifyOrganisation, // the DID in the public directory, with its public PDS
  projectAttestations, // who stands behind the versions, in the public people PDS
  projectPackage, // records and bytes, in the public PDS of organisations
  seeInPublic, // back over the public network, with the same CIDs
  crossPublishVersions, // at another registry, too
]
