import type { OpenTarball } from '../../cache/index.ts'

/** A tarball that may be served to this person. */
export interface ServableTarball {
  /** SRI. */
  integrity: string
  open: () => Promise<OpenTarball>
}
