import { sha256 } from '#common/crypto/index.ts'

/** A group at an identity provider. */
export interface Group {
  issuer: string
  /** What the provider says in its tokens; an immutable id wherever it has one. */
  id: string
}

/**
 * How a group is written down about a person: found by who knows its id, legible to nobody else. So everything an identity
 * provider says can be kept, and a team that names another group counts at once, without a list of who is in what.
 * @returns base64url of a SHA-256
 */
export function groupKey({ issuer, id }: Group): string {
  // No issuer has a newline in it: it is a URL.
  return sha256(`${issuer}\n${id}`).toString('base64url')
}
