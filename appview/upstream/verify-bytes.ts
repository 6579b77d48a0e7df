import { createHash } from 'node:crypto'
import ssri from 'ssri'
import { AtollError } from '#common/errors/index.ts'

export interface Expected {
  integrity: string | null
  shasum: string | null
}

/**
 * Passes bytes on while hashing them. The last piece is held back until the hash is right, so that nobody ever
 * receives a complete wrong file.
 * @throws IntegrityMismatch instead of giving the last piece
 */
export async function* verifyBytes(
  body: AsyncIterable<Uint8Array>,
  expected: Expected,
  about: { package: string; version: string },
): AsyncGenerator<Uint8Array> {
  const { algorithm, digests } = strongest(expected)
  const hash = createHash(algorithm)
  let held: Uint8Array | undefined
  for await (const chunk of body) {
    hash.update(chunk)
    if (held !== undefined) yield held
    held = chunk
  }
  if (!digests.includes(hash.digest('base64'))) throw new AtollError('IntegrityMismatch', about)
  if (held !== undefined) yield held
}

const algorithms = ['sha512', 'sha384', 'sha256', 'sha1'] as const

function strongest({ integrity, shasum }: Expected): { algorithm: string; digests: string[] } {
  const parsed = integrity === null ? undefined : ssri.parse(integrity)
  for (const algorithm of algorithms) {
    const hashes = parsed?.[algorithm]
    if (hashes !== undefined && hashes.length > 0) return { algorithm, digests: hashes.map((hash) => hash.digest) }
  }
  return { algorithm: 'sha1', digests: [Buffer.from(shasum ?? '', 'hex').toString('base64')] }
}
