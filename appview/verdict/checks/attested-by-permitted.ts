import type { VersionFacts } from '../facts/gather-facts.ts'
import type { Verdict } from '../verdict.ts'

/** Somebody who was permitted to publish the package attests exactly this record. */
export function attestedByPermitted({ cid, judgement, attestations }: VersionFacts): Verdict | undefined {
  if (judgement?.versionCid === cid) return undefined
  const reason =
    attestations === 0
      ? 'nobody attests that they made it'
      : 'nobody who may publish this package attests that they made it'
  return { kind: 'hold', check: 'attested-by-permitted', reason }
}
