import { Tally } from '#common/metrics/index.ts'

/** What happened in the index, counted for whoever looks. */
export class Tallies {
  /** Events of the relay that were applied. */
  readonly events = new Tally<'kind'>()
  /** Versions that were judged. */
  readonly judgements = new Tally<'outcome'>()
  /** Packages that were rendered. */
  readonly packuments = new Tally<never>()
}
