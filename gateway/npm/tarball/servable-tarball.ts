import type { OpenTarball } from '../../cache/index.ts'

/** A tarball that may be served to this person. */
export interface ServableTarball {
  /** SRI; undefined when upstream names none. */
  integrity: string | undefined
  open: () => Promise<OpenTarball>
}
