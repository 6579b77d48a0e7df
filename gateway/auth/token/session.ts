import type { Selectable } from 'kysely'
import type { TokenOwner, TokenRow } from '../../database/tables.ts'
import { rightsOf, type TokenRights } from './token-rights.ts'

/** Whose token a request carries, and what it may do at most. */
export interface Session {
  /** The token's opaque id; never the token. */
  tokenId: string
  /** What its maker called it. */
  tokenName: string
  /** The account: of a person, or of an organisation. */
  did: string
  /** What the account is called. */
  handle: string
  owner: TokenOwner
  rights: TokenRights
  /** At-URI of the trusted publisher whose job this is. */
  publisher: string | undefined
}

export function sessionOf(row: Selectable<TokenRow>): Session {
  const { id: tokenId, name: tokenName, did, handle, owner, publisher } = row
  return { tokenId, tokenName, did, handle, owner, rights: rightsOf(row), publisher: publisher ?? undefined }
}

/** Whether the token may do less than its account: such a token neither makes other tokens nor sees them. */
export function isLimited({ owner, rights }: Pick<Session, 'owner' | 'rights'>): boolean {
  const { access, packages, addresses } = rights
  return owner !== 'person' || access !== 'read-write' || packages !== undefined || addresses !== undefined
}
