import { advisoriesOf } from '../../advisories/index.ts'
import { exceptionsOf } from '../../exceptions/index.ts'
import { labelsOf } from '../../labels/index.ts'
import { publicFactsOf } from '../../mirror/facts-of.ts'
import { provenanceOf } from '../../provenance/provenance-of.ts'
import { purgesOf } from '../../purges/index.ts'
import type {
  AdvisoryFact,
  ExceptionFact,
  FactSource,
  LabelFact,
  ProvenanceFact,
  PublicFact,
  PurgeFact,
} from './known-elsewhere.ts'

/** Rooms that know something about versions. */
export interface FactSources {
  labels?: FactSource<readonly LabelFact[]>
  advisories?: FactSource<readonly AdvisoryFact[]>
  provenance?: FactSource<ProvenanceFact>
  exceptions?: FactSource<readonly ExceptionFact[]>
  purges?: FactSource<PurgeFact>
  inPublic?: FactSource<PublicFact>
}

/** One line for each. */
export const sources: FactSources = {
  labels: labelsOf,
  advisories: advisoriesOf,
  provenance: provenanceOf,
  exceptions: exceptionsOf,
  purges: purgesOf,
  inPublic: publicFactsOf,
}
