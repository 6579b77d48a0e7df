/** What claims say about somebody's groups: all of them, or nothing at all. */
export type GroupsClaim =
  | { kind: 'said'; ids: readonly string[] }
  /** Nothing changes then. The reason is for the log. */
  | { kind: 'unsaid'; reason: 'it is not there' | 'it is elsewhere' | 'it cannot be read' }

// What a membership record holds; Entra stops at 200, and Okta at 100.
export const maxGroups = 2_000
const maxIdLength = 1_024

/**
 * Reads the groups out of an ID token's claims, or out of a UserInfo answer.
 * @param claim its name, or a JSON pointer (RFC 6901) to it when it is nested, such as `/realm_access/roles`
 */
export function readGroups(claims: object, claim: string): GroupsClaim {
  if (isElsewhere(claims, claim)) return { kind: 'unsaid', reason: 'it is elsewhere' }
  const value = claim.startsWith('/') ? follow(claims, claim) : ownValue(claims, claim)
  if (value === undefined || value === null) return { kind: 'unsaid', reason: 'it is not there' }
  // One group alone may come as a string, as with any claim of several values (RFC 7519, 4.1.3 does so with `aud`).
  return readIds(typeof value === 'string' ? [value] : value)
}

/** @param ids of groups, however they came @returns that they cannot be read when one of them, or their number, is odd */
export function readIds(ids: unknown): GroupsClaim {
  const legible = Array.isArray(ids) && ids.length <= maxGroups && ids.every(isId)
  return legible ? { kind: 'said', ids } : { kind: 'unsaid', reason: 'it cannot be read' }
}

/**
 * Whether the provider says that there are too many groups for a token: by naming where they are (OpenID Connect Core 1.0,
 * section 5.6.2; Entra above 200 groups), or by `hasgroups` (Entra's implicit flow).
 */
function isElsewhere(claims: object, claim: string): boolean {
  const names = ownValue(claims, '_claim_names')
  const isNamed = typeof names === 'object' && names !== null && Object.hasOwn(names, claim)
  const hasGroups = ownValue(claims, 'hasgroups')
  return isNamed || hasGroups === true || hasGroups === 'true'
}

function follow(claims: object, pointer: string): unknown {
  const steps = pointer.slice(1).split('/')
  return steps.reduce<unknown>((value, step) => {
    const name = step.replaceAll('~1', '/').replaceAll('~0', '~')
    return typeof value === 'object' && value !== null ? ownValue(value, name) : undefined
  }, claims)
}

function ownValue(object: object, name: string): unknown {
  return Object.hasOwn(object, name) ? (object as Record<string, unknown>)[name] : undefined
}

function isId(id: unknown): id is string {
  return typeof id === 'string' && id !== '' && id.length <= maxIdLength
}
