/** Where versions are taken over from. */
export interface Source extends AsyncDisposable {
  /** What people call it, in the plan and on the approval page: "Verdaccio storage /srv/verdaccio". */
  label: string
  /** Every package to import, in the order of names. @throws Failure when that cannot be found out */
  names(): Promise<string[]>
  /** @returns undefined when there is no such package @throws Failure when it cannot be read */
  read(name: string): Promise<SourcePackage | undefined>
  /**
   * The bytes of one version as a file.
   * @param keep where the file may be put, when it is not a file already
   * @returns its path @throws Failure when the bytes cannot be had
   */
  fetch(name: string, version: SourceVersion, keep: string): Promise<string>
}

/** A package as its source describes it. Nothing of it is believed that the bytes can say. */
export interface SourcePackage {
  name: string
  versions: SourceVersion[]
  /** dist-tag → version */
  tags: ReadonlyMap<string, string>
}

export interface SourceVersion {
  version: string
  /** URL of the tarball, as its source names it. */
  tarball: string | undefined
  /** SRI, of whatever algorithms. */
  integrity: string | undefined
  /** SHA-1, hex. */
  shasum: string | undefined
  /** RFC 3339; undefined when the source does not know. */
  publishedAt: string | undefined
  /** The message of its deprecation. */
  deprecated: string | undefined
}
