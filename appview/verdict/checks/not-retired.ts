import type { VersionFacts } from '../facts/gather-facts.ts'
import type { Verdict } from '../verdict.ts'

/** Its maintainers did not withdraw it. */
export function notRetired({ retirement }: VersionFacts): Verdict | undefined {
  if (retirement === undefined) return undefined
  const { reason } = retirement
  return {
    kind: 'block',
    check: 'not-retired',
    reason: `its maintainers withdrew it${reason === undefined ? '' : ` (${reason})`}; install another version`,
  }
}
