import ssri from 'ssri'
import { Failed } from '../outcome.ts'
import type { VerifyContext } from './context.ts'

/** The lockfile pins the bytes that were published. SHA-1 pins nothing (RFC 6194, section 3). */
export async function compareBytes({ locked, published, warnings }: VerifyContext): Promise<void> {
  const strong = sha512Of(locked.integrity)
  if (strong === undefined) {
    warnings.push({ rule: 'no-integrity', reason: 'the lockfile has no sha512 of its tarball' })
    return
  }
  const expected = sha512Of(published)
  // Packages from before 2017 are known by their SHA-1 upstream: the lockfile's own digest is then all there is.
  if (expected === undefined) return
  if (!expected.some((digest) => strong.includes(digest))) {
    throw new Failed('other-bytes', `the lockfile has ${strong[0]}, published was ${expected[0]}`)
  }
}

function sha512Of(integrity: string | undefined): string[] | undefined {
  if (integrity === undefined) return undefined
  const digests = ssri.parse(integrity)?.['sha512']?.map(String)
  return digests === undefined || digests.length === 0 ? undefined : digests
}
