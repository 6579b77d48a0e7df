import type { ImportList } from './import-list.ts'

export interface ImportSummary {
  packages: number
  versions: number
  /** Bytes of all tarballs together. */
  tarballBytes: number
}

/** What a list comes down to, in the numbers that the operation repeats and people see. */
export function summarizeImport({ packages }: ImportList): ImportSummary {
  const versions = packages.flatMap((imported) => imported.versions)
  return {
    packages: packages.length,
    versions: versions.length,
    tarballBytes: versions.reduce((bytes, { size }) => bytes + size, 0),
  }
}
