import type { AdvisoryFact, ExceptionFact, FactSource, LabelFact, ProvenanceFact } from './known-elsewhere.ts'

/** Rooms that know something about versions; of one that is not there nothing is known. */
export interface FactSources {
  labels?: FactSource<readonly LabelFact[]>
  advisories?: FactSource<readonly AdvisoryFact[]>
  provenance?: FactSource<ProvenanceFact>
  exceptions?: FactSource<readonly ExceptionFact[]>
}

/** One line for each. */
export const sources: FactSources = {}
