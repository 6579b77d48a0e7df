import { advisories } from './advisory.ts'
import { approvals } from './approval.ts'
import { attestations } from './attestation.ts'
import type { Collection } from './collection.ts'
import { deprecations } from './deprecation.ts'
import { exceptions } from './exception.ts'
import { imports } from './import.ts'
import { memberships } from './membership.ts'
import { nameChanges } from './name-change.ts'
import { nameClaims } from './name-claim.ts'
import { nameGrants } from './name-grant.ts'
import { nameTransfers } from './name-transfer.ts'
import { packages } from './package.ts'
import { permissions } from './permission.ts'
import { promotionDecisions, promotions } from './promotion.ts'
import { purges } from './purge.ts'
import { registryOrgs } from './registry-org.ts'
import { retirements } from './retirement.ts'
import { tags } from './tag.ts'
import { teams } from './team.ts'
import { trustedPublishers } from './trusted-publisher.ts'
import { upstreamPurges } from './upstream-purge.ts'
import { versions } from './version.ts'

const all = [
  registryOrgs,
  teams,
  permissions,
  trustedPublishers,
  memberships,
  nameClaims,
  nameTransfers,
  nameGrants,
  nameChanges,
  approvals,
  packages,
  versions,
  tags,
  deprecations,
  retirements,
  purges,
  upstreamPurges,
  exceptions,
  advisories,
  attestations,
  imports,
  promotions,
  promotionDecisions,
]
const byNsid = new Map(all.map((collection) => [collection.nsid, collection]))

/**
 * What is said of packages, and counts with an approval by somebody who may publish them, manage their organisation, except them
 * from the policy, or label them.
 */
export const metadataCollections: readonly string[] = [
  ...[tags, deprecations, retirements, purges, upstreamPurges, packages, exceptions, advisories],
].map(({ nsid }) => nsid)

/** @returns undefined for collections that are not indexed */
export function collectionOf(nsid: string): Collection | undefined {
  return byNsid.get(nsid)
}
