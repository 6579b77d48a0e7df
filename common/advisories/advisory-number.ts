import { createHash } from 'node:crypto'

/**
 * A number for an advisory, as npm's protocol wants one: the same for the same id, in every replica and after every import. 48 bits:
 * among half a million of them, the chance that any two are the same is less than one in a thousand.
 */
export function advisoryNumber(id: string): number {
  return createHash('sha256').update(id).digest().readUIntBE(0, 6)
}
