import { Digester } from '../../files/index.ts'
import { checkArrived, type ExpectedTarball, mismatch } from './expected-tarball.ts'

/**
 * Bytes that are kept nowhere, verified as they pass: the last piece is held back until the digest is right.
 * @param given what the reader has already, from an earlier attempt; it counts for the digest and is left out
 * @throws IntegrityMismatch in place of the last piece
 */
export async function* verified(
  bytes: AsyncIterable<Uint8Array>,
  expected: ExpectedTarball,
  given: { size: number; bytes: AsyncIterable<Uint8Array> } = { size: 0, bytes: nothing() },
): AsyncGenerator<Uint8Array> {
  const digester = new Digester()
  for await (const chunk of given.bytes) digester.update(chunk)
  let toSkip = given.size
  let held: Uint8Array | undefined
  for await (const chunk of bytes) {
    const fresh = chunk.subarray(Math.min(toSkip, chunk.length))
    toSkip -= chunk.length - fresh.length
    if (fresh.length === 0) continue
    digester.update(fresh)
    if (digester.size > expected.maxBytes) throw mismatch(expected)
    if (held !== undefined) yield held
    held = fresh
  }
  if (toSkip > 0) throw mismatch(expected)
  checkArrived(expected, digester.finish())
  if (held !== undefined) yield held
}

async function* nothing(): AsyncGenerator<Uint8Array> {}
