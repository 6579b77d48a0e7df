import type { Keyed } from './keyed.ts'

/** A package that has to be rendered again, and when. */
interface RenderDueTable extends Keyed {
  source: 'private' | 'upstream'
  /** The organisation's DID, or the registry's name in the configuration. */
  origin: string
  name: string
  due_at: Date
}

/** One row per network: how far judging everything by a policy is. */
interface JudgingTable extends Keyed {
  /** Its hash. */
  policy: string
  /** The package that was judged last, in this order; empty before the first one. */
  source: string
  origin: string
  name: string
  done: boolean
}

/** What waits for its time. */
export interface DueTables {
  render_due: RenderDueTable
  judging: JudgingTable
}
