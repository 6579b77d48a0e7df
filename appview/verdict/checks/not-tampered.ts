import type { VersionFacts } from '../facts/gather-facts.ts'
import type { Verdict } from '../verdict.ts'

/** The record is the first that was ever seen in its place, and no other ever stood there. */
export function notTampered({ cid, firstCid, tampered }: VersionFacts): Verdict | undefined {
  if (!tampered && cid === firstCid) return undefined
  return {
    kind: 'block',
    check: 'not-tampered',
    reason: `its record was changed after it was first seen as ${firstCid}; publish a new version`,
  }
}
