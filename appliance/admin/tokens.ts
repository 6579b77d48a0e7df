import { z } from 'zod'
import { app } from '#lexicons'
import { type Approval, callGateway, callWithApproval, type PersonalGateway } from './call-gateway.ts'

const tokenSchema = z.object({
  key: z.string(),
  name: z.string(),
  description: z.string().optional(),
  hint: z.string(),
  account: z.string(),
  access: z.string(),
  packages: z.array(z.string()),
  cidrs: z.array(z.string()),
  createdBy: z.string(),
  createdAt: z.string(),
  lastUsedAt: z.string(),
  lastUsedFrom: z.string().optional(),
  expiresAt: z.string(),
})
/** A token as lists show it. */
export type ListedToken = z.output<typeof tokenSchema>

const pageSchema = z.object({ tokens: z.array(tokenSchema), cursor: z.string().optional() })
const madeSchema = z.object({ token: z.string(), view: tokenSchema })
export type MadeToken = z.output<typeof madeSchema>

export interface TokenRequest {
  /** DID of the organisation it shall belong to; undefined: the person. */
  org?: string | undefined
  name: string
  description?: string | undefined
  access?: string | undefined
  packages?: string[] | undefined
  cidrs?: string[] | undefined
  days?: number | undefined
}

const { createToken: create, listTokens: list, revokeToken: revoke } = app.npm.gateway

/** @param approve sends the person to the page; settles with the code. @throws OperationRefused */
export async function createToken(
  gateway: PersonalGateway,
  request: TokenRequest,
  approve: (approval: Approval) => Promise<string>,
): Promise<MadeToken> {
  const call = { nsid: create.main.nsid, input: request }
  return madeSchema.parse(await callWithApproval(gateway, call, approve))
}

/** All tokens of an organisation, or of the person without one. @throws OperationRefused */
export async function listTokens(gateway: PersonalGateway, org: string | undefined): Promise<ListedToken[]> {
  const all: ListedToken[] = []
  let cursor: string | undefined
  do {
    const params = { ...(org === undefined ? {} : { org }), ...(cursor === undefined ? {} : { cursor }) }
    const page = pageSchema.parse(await callGateway(gateway, { nsid: list.main.nsid, params }))
    all.push(...page.tokens)
    cursor = page.cursor
  } while (cursor !== undefined)
  return all
}

/** @param which its key, or the token itself. @throws OperationRefused */
export async function revokeToken(gateway: PersonalGateway, which: string, org: string | undefined): Promise<void> {
  const input = { key: which, ...(org === undefined ? {} : { org }) }
  await callGateway(gateway, { nsid: revoke.main.nsid, input })
}
