import { z } from 'zod'
import { AtollError } from '#common/errors/index.ts'
import { isLimited, type Session, type TokenStore } from '../../auth/token/index.ts'
import { describeToken } from './describe-token.ts'

const pageSchema = z.object({
  page: z.coerce.number().int().min(0).max(10_000).default(0),
  perPage: z.coerce.number().int().min(1).max(100).default(50),
})

interface TokenPage {
  objects: Record<string, unknown>[]
  /** npm goes on at `next` while there is one, and fails without `urls`. */
  urls: { next?: string; prev?: string }
}

/**
 * The tokens of the caller's account, a page at a time; a limited token sees itself alone.
 * @throws InvalidRequest
 */
export async function listTokens(tokens: TokenStore, session: Session, query: unknown): Promise<TokenPage> {
  const parsed = pageSchema.safeParse(query)
  if (!parsed.success) throw new AtollError('InvalidRequest', { reason: 'page and perPage are numbers' })
  const { page, perPage } = parsed.data
  const only = isLimited(session) ? session.tokenId : undefined
  const rows = await tokens.list(session.did, { offset: page * perPage, limit: perPage + 1, only })
  const at = (other: number) => `/-/npm/v1/tokens?page=${other}&perPage=${perPage}`
  return {
    objects: rows.slice(0, perPage).map(describeToken),
    urls: { ...(rows.length > perPage ? { next: at(page + 1) } : {}), ...(page > 0 ? { prev: at(page - 1) } : {}) },
  }
}
