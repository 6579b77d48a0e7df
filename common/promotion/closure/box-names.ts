import type { PackageJson } from '#common/tarball/index.ts'

/** What the box knows of names; gathered by the caller. Names are as parsePackageName gives them. */
export interface BoxNames {
  /** `names.private` of the settings, and every name and scope that was claimed or granted: `acme.com`, `@acme/*`, `left-pad`. */
  privateNames: readonly string[]
  /** The packages organisations of the box have published. */
  packages: ReadonlyMap<string, BoxPackage>
  /** Those that are part of this promotion. */
  together: ReadonlySet<string>
}

export interface BoxPackage {
  /** Versions strangers can install already. */
  publicVersions: readonly string[]
  versions: readonly { version: string; packageJson: PackageJson }[]
}
