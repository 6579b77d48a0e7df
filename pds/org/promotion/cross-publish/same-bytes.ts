import ssri from 'ssri'
import type { Digests } from './target-registry.ts'

/**
 * Whether a registry has the same bytes under a version. By SHA-512, or by SHA-1 where it says no other: what has two contents of one SHA-1
 * was made by who published it. Pure.
 */
export function sameBytes(ours: Required<Digests>, theirs: Digests): boolean {
  const sha512 = (integrity: string | undefined) =>
    (integrity === undefined ? undefined : ssri.parse(integrity)?.['sha512'])?.map((hash) => hash.digest) ?? []
  const [own] = sha512(ours.integrity)
  const said = sha512(theirs.integrity)
  if (said.length > 0) return said.every((digest) => digest === own)
  return theirs.shasum !== undefined && theirs.shasum === ours.shasum
}
