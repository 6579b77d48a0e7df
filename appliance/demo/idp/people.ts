import { createHmac } from 'node:crypto'
import { Secret, TOTP } from 'otpauth'

export interface DemoPerson {
  username: string
  name: string
  role: string
  /** No secret: the sign-in page shows it. */
  password: string
}

/** Who can sign in at the demo. */
export const demoPeople: readonly DemoPerson[] = [
  { username: 'alice', name: 'Alice Marsh', role: 'maintainer', password: 'alice-demo' },
  { username: 'bob', name: 'Bob Reyes', role: 'developer', password: 'bob-demo' },
  { username: 'carol', name: 'Carol Lindt', role: 'security', password: 'carol-demo' },
  { username: 'dan', name: 'Dan Okafor', role: 'admin', password: 'dan-demo' },
]

export function findPerson(username: string): DemoPerson | undefined {
  return demoPeople.find((person) => person.username === username)
}

/** The `sub` of ID tokens: opaque and for ever the same, as real providers have it. */
export function subjectOf({ username }: DemoPerson, seed: string): string {
  return createHmac('sha256', seed).update(`subject:${username}`).digest('base64url').slice(0, 22)
}

export function personOf(subject: string, seed: string): DemoPerson | undefined {
  return demoPeople.find((person) => subjectOf(person, seed) === subject)
}

/** The person's second factor (RFC 6238). */
export function secondFactor({ username }: DemoPerson, seed: string): TOTP {
  const secret = createHmac('sha256', seed).update(`totp:${username}`).digest('hex').slice(0, 40)
  return new TOTP({ issuer: 'Atoll demo', label: username, secret: Secret.fromHex(secret) })
}
