import type { Keyed } from './keyed.ts'

/** A package that has to be rendered again, and when. */
interface RenderDueTable extends Keyed {
  source: 'private' | 'upstream'
  /** The organisation's DID, or the registry's name in the configuration. */
  origin: string
  name: string
  due_at: Date
}

/** What waits for its time. */
export interface DueTables {
  render_due: RenderDueTable
}
