import type { PackageJson } from '#common/tarball/index.ts'

/** What a bill of materials is made of: nothing but what the public repositories say. */
export interface SbomFacts {
  name: string
  version: string
  /** at-uri and CID of the version's record. */
  record: { uri: string; cid: string }
  /** DID of who publishes. */
  did: string
  /** Its handle, where that was verified; else the DID. */
  publisher: string
  manifest: PackageJson
  /** SRI. */
  integrity: string
  /** RFC 3339, as the record says. */
  createdAt: string
  /** The repository that is declared for the package. */
  source: string | undefined
  /** Where strangers get the bytes. */
  tarball: string
}
