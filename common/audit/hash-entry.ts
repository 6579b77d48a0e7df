import { sha256 } from '#common/crypto/index.ts'

export interface AuditEntry {
  /** DID of who did it; an address for those who are nobody yet. */
  actor: string
  action: AuditAction
  /** What it was done to: a package version, a token's id, an operation. */
  subject: string
  /** Never a secret. */
  details: Record<string, string | number | undefined>
}

export type AuditAction =
  | 'sign-in.refused'
  | 'token.issued'
  | 'token.revoked'
  | 'token.used'
  | 'token.refused'
  | 'operation.opened'
  | 'operation.done'
  | 'operation.refused'
  | 'person.disabled'
  | 'person.enabled'
  | 'person.enrolled'
  | 'enrolment.refused'
  | 'enrolment.interrupted'
  | 'passkey.added'
  | 'passkey.removed'
  | 'passkey.refused'
  | 'passkey.interrupted'
  | 'passkeys.reset'
  | 'org.registered'
  | 'name.granted'
  | 'name.changed'
  | 'name.withdrawn'
  | 'break-glass.granted'
  | 'break-glass.ended'
  | 'break-glass.expired'
  | 'stage.added'
  | 'stage.rejected'
  | 'exception.requested'
  | 'exception.denied'
  | 'exception.withdrawn'
  | 'exception.granted'

/** What is hashed, in this order; a later reader of the log needs nothing else to check the chain. */
export interface HashedEntry {
  at: Date
  actor: string
  action: string
  subject: string
  details: string
}

/** SHA-256 over the entry and the hash before it, so that no entry can be changed or taken out unseen. */
export function hashEntry(previous: Uint8Array, entry: HashedEntry): Buffer {
  const { at, actor, action, subject, details } = entry
  return sha256(
    JSON.stringify([Buffer.from(previous).toString('hex'), at.toISOString(), actor, action, subject, details]),
  )
}

/** What comes before the first entry. */
export const genesisHash: Buffer = Buffer.alloc(32)
