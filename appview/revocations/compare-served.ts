/** What is decided about a version now; a verdict is one. */
export type Decision = { kind: 'allow' } | { kind: 'hold' | 'block'; reason: string }

/** What was said last of a version in the list of revocations. */
export interface LastWord {
  nth: number
  state: 'revoked' | 'restored'
  kind: 'hold' | 'block' | null
}

/** A version that ceased to be installable, or is so again. */
export interface Revocation {
  version: string
  /** How many were said of this version before it, and one. */
  nth: number
  state: 'revoked' | 'restored'
  /** Whether it may come back by itself; null when it has. */
  kind: 'hold' | 'block' | null
  reason: string | null
  /** Of the bytes that were served. */
  integrity: string | null
}

interface Compared {
  /** Version → integrity of what the packument had until now. */
  served: ReadonlyMap<string, string | null>
  /** Version → what is decided of it; a version that is not there is gone. */
  decided: ReadonlyMap<string, Decision>
  said: ReadonlyMap<string, LastWord>
}

const gone: Decision = { kind: 'block', reason: 'its record is gone from the repository it was published in' }

/**
 * What there is to say when a packument takes the place of another. A version that was never served is never revoked; one that was
 * held and is now blocked is said again.
 */
export function compareServed({ served, decided, said }: Compared): Revocation[] {
  const restored = [...decided].flatMap(([version, { kind }]): Revocation[] => {
    const last = said.get(version)
    if (kind !== 'allow' || last?.state !== 'revoked') return []
    const integrity = served.get(version) ?? null
    return [{ version, nth: last.nth + 1, state: 'restored', kind: null, reason: null, integrity }]
  })
  const candidates = new Set([
    ...served.keys(),
    ...[...said].flatMap(([version, { state }]) => isRevoked(version, state)),
  ])
  const revoked = [...candidates].flatMap((version): Revocation[] => {
    const decision = decided.get(version) ?? gone
    const last = said.get(version)
    if (decision.kind === 'allow' || (last?.state === 'revoked' && last.kind === decision.kind)) return []
    const { kind, reason } = decision
    const integrity = served.get(version) ?? null
    return [{ version, nth: (last?.nth ?? 0) + 1, state: 'revoked', kind, reason, integrity }]
  })
  return [...revoked, ...restored]
}

function isRevoked(version: string, state: LastWord['state']): string[] {
  return state === 'revoked' ? [version] : []
}
