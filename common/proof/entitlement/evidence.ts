import type { ShownRight } from './read-right.ts'

/** What repositories prove about the rights in an organisation: as much of it as makes one person entitled. */
export interface Evidence {
  /** DIDs of those the registry's own repository names for good. */
  managers: readonly string[]
  /** Each with an approval in the repository of who approved it, in the order in which they took effect. */
  rights: readonly ShownRight[]
  /** DID → keys of the groups that the person's own repository says they are in. */
  groups: ReadonlyMap<string, readonly string[]>
}
