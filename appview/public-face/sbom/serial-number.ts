import { createHash } from 'node:crypto'

/** The same for the same record of a version, wherever it is made: a UUID of version 8 (RFC 9562) from the SHA-256 of its CID. */
export function serialNumber(cid: string): string {
  const bytes = createHash('sha256').update(cid).digest().subarray(0, 16)
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6)
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8)
  const hex = bytes.toString('hex')
  const parts = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)]
  return `urn:uuid:${parts.join('-')}`
}
