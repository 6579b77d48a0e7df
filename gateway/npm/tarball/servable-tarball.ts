import type { ExpectedTarball, OpenTarball } from '../../cache/index.ts'

/** A tarball that may be served to this person. */
export interface ServableTarball {
  expected: ExpectedTarball
  open: () => Promise<OpenTarball>
}
