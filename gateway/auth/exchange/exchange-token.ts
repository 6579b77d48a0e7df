import type { VerifiedJob } from '#common/ci/index.ts'
import { AtollError } from '#common/errors/index.ts'
import type { CiIssuer, CiRule } from '../../config.ts'
import type { GatewayContext } from '../../context.ts'
import type { MadeToken } from '../new-token/index.ts'
import { findOrg } from './find-org.ts'
import { explainMismatch, findRule } from './match-rules.ts'

type TokenExchange = Pick<
  GatewayContext,
  'audit' | 'clock' | 'config' | 'database' | 'identities' | 'jobTokens' | 'jtis' | 'peers' | 'tokens'
>

export interface ExchangeRequest {
  idToken: string
  /** Handle, where the rules would give tokens of several organisations. */
  org: string | undefined
  /** Of the job, for the audit log. */
  address: string
}

const lifetimeMs = 60 * 60_000
const maxJtiLength = 256

/**
 * What a CI job presents its ID token for: a token of the organisation that only reads, and only for an hour. Nothing but
 * listed claims decides, and each exactly; `sub`, whose form the job's owner can change, is not taken apart.
 * @throws JobTokenRefused, NoRuleMatches, ReplayedToken, ComponentUnavailable
 */
export async function exchangeToken(gateway: TokenExchange, request: ExchangeRequest): Promise<MadeToken> {
  const job = await gateway.jobTokens.verify(
    request.idToken,
    ({ audience }) => audience ?? gateway.config.network.publicUrls.gateway,
  )
  try {
    const rule = chooseRule(job, request.org)
    const org = await findOrg(gateway, rule.org)
    await useOnce(gateway, job)
    return await issue(gateway, { job, rule, org, address: request.address })
  } catch (error) {
    await noteRefusal(gateway, job, request, error)
    throw error
  }
}

function chooseRule({ claims, issuer }: VerifiedJob<CiIssuer>, org: string | undefined): CiRule {
  const rule = findRule(issuer.rules, claims, org)
  if (rule !== undefined) return rule
  const reason = explainMismatch(issuer.rules, claims, org) ?? `there is none for ${org}`
  throw new AtollError('NoRuleMatches', { reason })
}

/** Where the issuer numbers its tokens, each is good for one exchange. */
async function useOnce({ jtis }: TokenExchange, { claims, issuer }: VerifiedJob<CiIssuer>): Promise<void> {
  if (claims.jti === undefined) return
  if (claims.jti.length > maxJtiLength) throw new AtollError('JobTokenRefused', { reason: 'its jti is too long' })
  if (!(await jtis.use(`ci ${issuer.issuer}`, claims.jti, claims.exp + 60))) throw new AtollError('ReplayedToken')
}

function issue(
  { database, tokens, audit, clock }: TokenExchange,
  {
    job,
    rule,
    org,
    address,
  }: { job: VerifiedJob<CiIssuer>; rule: CiRule; org: { did: string; handle: string }; address: string },
): Promise<MadeToken> {
  const matched = Object.entries(rule.claims).map(([name, value]) => `${name}=${value}`)
  const wanted = {
    ...org,
    owner: 'org',
    name: 'CI job',
    description: matched.join(' ').slice(0, 512),
    access: 'read-only',
    packages: rule.packages ?? null,
    cidrs: [],
    created_by: job.issuer.issuer,
    expires_at: new Date(clock.now() + lifetimeMs),
  } as const
  return database.db.transaction().execute(async (transaction) => {
    const made = await tokens.issue({ ...wanted, cidrs: [] }, transaction)
    const details = { name: wanted.name, account: org.handle, claims: wanted.description, address }
    await audit.append({ actor: wanted.created_by, action: 'token.issued', subject: made.row.id, details }, transaction)
    return made
  })
}

/** Only of tokens that their issuer did sign: anybody may send anything else, as often as they like. */
async function noteRefusal(
  { audit }: TokenExchange,
  { issuer, claims }: VerifiedJob<CiIssuer>,
  { address }: ExchangeRequest,
  error: unknown,
): Promise<void> {
  if (!(error instanceof AtollError) || error.status >= 500) return
  const details = { code: error.code, address, jti: claims.jti?.slice(0, maxJtiLength) }
  await audit.append({ actor: issuer.issuer, action: 'token.refused', subject: 'CI job', details })
}
