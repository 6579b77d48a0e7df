import { attestedByPermitted } from './checks/attested-by-permitted.ts'
import { notRetired } from './checks/not-retired.ts'
import { notTampered } from './checks/not-tampered.ts'
import type { VersionFacts } from './facts/gather-facts.ts'
import type { Check, Verdict } from './verdict.ts'

/** The order is part of the meaning: what blocks for ever stands before what may still come. */
const checks = [
  notTampered, // versions are immutable
  notRetired, // what was withdrawn stays so
  attestedByPermitted, // the second party of DESIGN §2
] as const satisfies Check[]

/** The first check with an opinion decides (DESIGN §5). */
export function decide(facts: VersionFacts): Verdict {
  for (const check of checks) {
    const verdict = check(facts)
    if (verdict !== undefined) return verdict
  }
  return { kind: 'allow' }
}
