import type { ListedToken } from '../../auth/token/index.ts'

const actions = { 'read-only': 'read', 'read-write-stage-only': 'stage', 'read-write': 'write' } as const

/**
 * A token as npm's own registry describes it (npm/api-documentation, `token.yaml`). Of the token itself there is its
 * beginning, without dots behind it: npm compares it with whole tokens.
 */
export function describeToken(row: ListedToken): Record<string, unknown> {
  const { id: key, hint: token, name, description, access, packages, cidrs } = row
  return {
    key,
    token,
    name,
    description: description === '' ? null : description,
    created: row.created_at,
    updated: row.last_used_at,
    accessed: row.last_used_from === null ? null : row.last_used_at,
    accessed_from: row.last_used_from,
    expires: row.expires_at,
    expiry: row.expires_at,
    revoked: null,
    readonly: access === 'read-only',
    bypass_2fa: false,
    // npm says "with IP whitelist" of every list there is, also of an empty one.
    cidr_whitelist: cidrs.length === 0 ? null : cidrs,
    permissions: [{ name: 'package', action: actions[access] }],
    scopes: (packages ?? ['*']).map((pattern) => ({ type: 'package', name: pattern })),
  }
}
