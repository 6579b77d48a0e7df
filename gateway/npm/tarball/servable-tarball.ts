import type { ExpectedTarball, OpenTarball } from '../../cache/index.ts'

/** A tarball that may be served to this person. */
export interface ServableTarball {
  expected: ExpectedTarball
  /** What is to be said of its version. */
  warnings: readonly string[] | undefined
  open: () => Promise<OpenTarball>
}
