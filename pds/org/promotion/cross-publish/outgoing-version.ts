/** A version on its way to another registry. */
export interface OutgoingVersion {
  name: string
  version: string
  /** package.json as it is in the tarball, and the README. */
  manifest: Readonly<Record<string, unknown>>
  tarball: Buffer
  tag: string
}
