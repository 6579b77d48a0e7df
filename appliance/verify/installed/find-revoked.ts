import type { Locked } from '../lockfiles/locked.ts'
import type { Outcome } from '../outcome.ts'
import type { Since } from './since-file.ts'

/** Those of the installed packages that were revoked. */
export function findRevoked(installed: readonly Locked[], { revoked }: Pick<Since, 'revoked'>): Outcome[] {
  const known = new Map(revoked.map((one) => [`${one.name}@${one.version}`, one]))
  return installed.flatMap((locked): Outcome[] => {
    const found = known.get(`${locked.name}@${locked.version}`)
    if (found === undefined) return []
    const reason = `it was revoked at ${found.at}: ${found.reason}`
    return [{ locked, state: 'failed', findings: [{ rule: 'revoked', reason }] }]
  })
}
