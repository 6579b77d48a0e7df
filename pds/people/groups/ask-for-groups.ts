import { z } from 'zod'
import { type GroupsClaim, maxGroups, readGroups, readIds } from '#common/groups/index.ts'
import { createOutbound, type Outbound, type OutboundConfig } from '#common/outbound/index.ts'
import type { Answer, KnownProvider } from '../idp/index.ts'

interface Question extends Pick<Answer, 'accessToken' | 'claims'> {
  claim: string
  /** `userinfo`, or the address of a list of groups. */
  fallback: string
}

const maxBytes = 2_000_000
const timeoutMs = 5_000
// Microsoft Graph gives up to 999 objects a page.
const maxPages = 10

/**
 * Asks the provider itself, with the person's access token, what did not fit into the ID token.
 * @throws Error when it does not answer, or answers about somebody else
 */
export async function askForGroups(
  { client, outbound: config }: KnownProvider,
  question: Question,
): Promise<GroupsClaim> {
  const { fallback, claim, claims } = question
  if (fallback !== 'userinfo') return askList(fallback, question, config)
  const url = client.serverMetadata().userinfo_endpoint
  if (url === undefined) throw new Error('the identity provider has no UserInfo endpoint')
  await using outbound = createOutbound({ allow: [url], config })
  const answer = z.looseObject({ sub: z.string() }).parse(await getJson(outbound, url, question))
  // OpenID Connect Core 1.0, section 5.3.2: or it could be another person's answer.
  if (answer.sub !== claims.sub) throw new Error('the UserInfo endpoint speaks of somebody else')
  return readGroups(answer, claim)
}

/** As OData has it: pages of objects (https://learn.microsoft.com/graph/api/user-list-transitivememberof). */
const pageSchema = z.object({
  value: z.array(z.object({ id: z.string() })),
  '@odata.nextLink': z.url().optional(),
})

async function askList(start: string, question: Question, config: OutboundConfig): Promise<GroupsClaim> {
  // A further page on another origin is not followed: the access token is for this one.
  await using outbound = createOutbound({ allow: [start], config })
  const ids: string[] = []
  let next: string | undefined = start
  for (let page = 0; next !== undefined; page += 1) {
    if (page === maxPages || ids.length > maxGroups) return { kind: 'unsaid', reason: 'it cannot be read' }
    const { value, '@odata.nextLink': link } = pageSchema.parse(await getJson(outbound, next, question))
    ids.push(...value.map(({ id }) => id))
    next = link
  }
  return readIds(ids)
}

async function getJson(outbound: Outbound, url: string, { accessToken }: Question): Promise<unknown> {
  const headers = { authorization: `Bearer ${accessToken}`, accept: 'application/json' }
  const response = await outbound.fetch(url, { maxBytes, timeoutMs, maxRedirects: 0, headers })
  const body = await response.bytes()
  if (response.status !== 200) throw new Error(`${new URL(url).origin} answers ${response.status}`)
  return JSON.parse(body.toString('utf8'))
}
