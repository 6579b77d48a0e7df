import type { Policy } from '#common/policy/index.ts'
import type { Check, Remark } from './check.ts'
import { attestedByPermitted } from './checks/attested-by-permitted.ts'
import { attestedInPublic } from './checks/attested-in-public.ts'
import { ciOnly } from './checks/ci-only.ts'
import { firstUse } from './checks/first-use.ts'
import { installScripts } from './checks/install-scripts.ts'
import { labels } from './checks/labels.ts'
import { licence } from './checks/licence.ts'
import { listedPublisher } from './checks/listed-publisher.ts'
import { lookAlike } from './checks/look-alike.ts'
import { minimumAge } from './checks/minimum-age.ts'
import {
  addedBinaries,
  addedDependencies,
  addedNativeBuild,
  addedPublisher,
  lostProvenance,
} from './checks/new-traits.ts'
import { notPurged } from './checks/not-purged.ts'
import { notRetired } from './checks/not-retired.ts'
import { notRevoked } from './checks/not-revoked.ts'
import { notTampered } from './checks/not-tampered.ts'
import { provenance } from './checks/provenance.ts'
import { requireProvenance } from './checks/require-provenance.ts'
import { singleParty } from './checks/single-party.ts'
import type { VersionFacts } from './facts/version-facts.ts'
import { isWaived } from './is-waived.ts'
import { aboutAdvisories } from './remarks/about-advisories.ts'
import { aboutLabels } from './remarks/about-labels.ts'
import { aboutLicence } from './remarks/about-licence.ts'
import { aboutLookAlike } from './remarks/about-look-alike.ts'
import type { Verdict } from './verdict.ts'

/** The order is part of the meaning: what blocks for ever stands before what may still come, and before what time alone ends. */
export const checks = [
  notPurged, // there is nothing to install
  notTampered, // versions are immutable
  notRetired, // what was withdrawn stays so
  notRevoked, // the company's own word, against which there is no exception
  attestedByPermitted, // the second party of DESIGN §2
  attestedInPublic, // and its counterpart outside
  labels,
  provenance, // what it says must be true
  requireProvenance,
  ciOnly,
  licence,
  lookAlike,
  singleParty,
  firstUse, // somebody has to want it first
  installScripts,
  addedNativeBuild,
  addedBinaries,
  addedDependencies,
  addedPublisher,
  lostProvenance,
  listedPublisher,
  minimumAge,
] as const satisfies Check[]

const remarks = [aboutLabels, aboutAdvisories, aboutLicence, aboutLookAlike] as const satisfies Remark[]

/** The first check with an opinion decides (DESIGN §5); what is allowed may still be remarked on. */
export function decide(facts: VersionFacts, policy: Policy): Verdict {
  for (const { name: check, look } of checks) {
    if (isWaived(check, facts, policy)) continue
    const finding = look(facts, policy)
    if (finding !== undefined) return { ...finding, check }
  }
  const warnings = remarks.flatMap((remark) => remark(facts, policy))
  return warnings.length === 0 ? { kind: 'allow' } : { kind: 'allow', warnings }
}
