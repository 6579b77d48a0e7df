import type { ExpectedTarball, OpenTarball } from '../../cache/index.ts'

/** A tarball that may be served to this person. */
export interface ServableTarball {
  /** DID of the organisation, or `upstreamOrigin`. */
  origin: string
  expected: ExpectedTarball
  /** What is to be said of its version. */
  warnings: readonly string[] | undefined
  open: () => Promise<OpenTarball>
}
