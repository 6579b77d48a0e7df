import type { DidString } from '@atproto/syntax'
import { toDatetimeString } from '@atproto/syntax'
import type { app } from '#lexicons'
import type { ListedToken } from '../../auth/token/index.ts'

/** A token as the lexicon describes it. */
export function viewOf(row: ListedToken): app.npm.gateway.defs.Token {
  const { id: key, name, description, hint, access, packages, cidrs, created_by: createdBy } = row
  return {
    key,
    name,
    ...(description === '' ? {} : { description }),
    hint,
    account: row.did as DidString,
    access,
    packages: packages ?? ['*'],
    cidrs,
    createdBy,
    createdAt: toDatetimeString(row.created_at),
    lastUsedAt: toDatetimeString(row.last_used_at),
    ...(row.last_used_from === null ? {} : { lastUsedFrom: row.last_used_from }),
    expiresAt: toDatetimeString(row.expires_at),
  }
}
