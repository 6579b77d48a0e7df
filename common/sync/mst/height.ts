import { sha256 } from '#common/crypto/index.ts'

/** The layer of the tree a key lives on: leading zeros of its SHA-256, counted in pairs of bits. */
export function heightOfKey(key: string): number {
  let height = 0
  for (const byte of sha256(key)) {
    if (byte !== 0) return height + Math.floor((Math.clz32(byte) - 24) / 2)
    height += 4
  }
  return height
}
