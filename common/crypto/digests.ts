import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

export function sha256(data: Uint8Array | string): Buffer {
  return createHash('sha256').update(data).digest()
}

/** A secret handle of 128 bits (or more), safe in URLs. */
export function randomHandle(bytes = 16): string {
  return randomBytes(bytes).toString('base64url')
}

/** Compares secrets without telling, by the time it takes, where they differ. */
export function equalSecrets(a: string, b: string): boolean {
  return timingSafeEqual(sha256(a), sha256(b))
}
