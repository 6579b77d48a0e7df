/** An ID token's claims, or some of them. */
type Claims = Readonly<Record<string, unknown>>

// A DNS label has 63 characters; the rest is for the number after a collision.
const maxLength = 40
const maxCandidates = 1000

/**
 * The handles to try for a person, best first: their name at the IdP, then the same with a number. Handles are never
 * reissued, so a collision is a matter of time.
 * @param suffix domain of the handles, such as `people.test`
 */
export function* handleCandidates(claims: Claims, suffix: string): Generator<string> {
  const label = toLabel(claims['preferred_username']) ?? toLabel(claims['email']) ?? 'person'
  yield `${label}.${suffix}`
  for (let number = 2; number <= maxCandidates; number += 1) yield `${label}-${number}.${suffix}`
}

/** `Zoë Müller` → `zoe-muller`, `alice@acme.com` → `alice`. @returns undefined when nothing usable is left */
function toLabel(name: unknown): string | undefined {
  if (typeof name !== 'string') return undefined
  const [local = ''] = name.slice(0, 256).split('@')
  const label = local
    .normalize('NFKD')
    .replace(/\p{Mark}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, maxLength)
    .replace(/^-+|-+$/g, '')
  return label === '' ? undefined : label
}
