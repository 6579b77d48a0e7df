import type { DidString } from '@atproto/syntax'
import { isJobAudience, isOfOwner, jobAudience, mismatchOf, useOnce, type VerifiedJob } from '#common/ci/index.ts'
import { AtollError } from '#common/errors/index.ts'
import { handleOf } from '#common/identity/index.ts'
import type { PackageName } from '#common/names/index.ts'
import { app } from '#lexicons'
import type { CiIssuer } from '../../config.ts'
import type { GatewayContext } from '../../context.ts'
import { listPublishers, type TrustedPublisherView } from '../../publishers/index.ts'

type Exchange = Pick<
  GatewayContext,
  'audit' | 'clock' | 'config' | 'database' | 'identities' | 'jobTokens' | 'jtis' | 'peers' | 'tokens'
>

export interface PublishExchange {
  idToken: string
  name: PackageName
  /** Of the job, for the audit log. */
  address: string
}

const lifetimeMs = 15 * 60_000
const maxReasons = 5

/**
 * What npm presents a job's ID token for: a token for one package, for a quarter of an hour, that publishes as the trusted publisher
 * whose job this is. By itself it makes nothing installable: what it uploads is staged, unless both PDSes are shown an ID token for
 * these very bytes, or a bundle of this very job that names them.
 * @throws JobTokenRefused, NotTrusted, ReplayedToken, ComponentUnavailable
 */
export async function exchangeForPublishing(gateway: Exchange, request: PublishExchange): Promise<{ token: string }> {
  const registry = gateway.config.network.publicUrls.gateway
  const audienceOf = (_issuer: CiIssuer, said: unknown) =>
    isJobAudience(said, registry) ? said : jobAudience(registry)
  const job = await gateway.jobTokens.verify(request.idToken, audienceOf)
  try {
    const { org, publisher } = await choosePublisher(gateway, job, request.name)
    await useOnce(gateway.jtis, job)
    return await issue(gateway, { job, org, publisher, request })
  } catch (error) {
    await noteRefusal(gateway, job, request, error)
    throw error
  }
}

async function choosePublisher(gateway: Exchange, job: VerifiedJob<CiIssuer>, { name }: PackageName) {
  const { peers, config, identities } = gateway
  const params = { name, viewer: config.self.did as DidString }
  const { source, org } = await peers.appview.call(app.npm.registry.resolveName, { params })
  const did = source === 'private' ? org : undefined
  const known = did === undefined ? [] : await listPublishers(gateway, did, name)
  const judged = known.map((publisher) => ({ publisher, mismatch: mismatchOf(publisher, job) }))
  const found = judged.find(({ mismatch }) => mismatch === undefined)
  if (did !== undefined && found !== undefined) {
    return { org: { did, handle: await handleOf(identities, did) }, publisher: found.publisher }
  }
  // Everybody can have a job at GitHub, and is not to learn what there is here: reasons are for jobs of the same owner.
  const near = judged.filter(({ publisher }) => isOfOwner(publisher, job))
  const reasons = [...new Set(near.flatMap(({ mismatch = [] }) => mismatch))].slice(0, maxReasons)
  throw new AtollError('NotTrusted', { package: name, reason: reasons.join('; ') || undefined })
}

function issue(
  { database, tokens, audit, clock }: Exchange,
  {
    job,
    org,
    publisher,
    request,
  }: {
    job: VerifiedJob<CiIssuer>
    org: { did: string; handle: string }
    publisher: TrustedPublisherView
    request: PublishExchange
  },
): Promise<{ token: string }> {
  const { name, address } = { name: request.name.name, address: request.address }
  const wanted = {
    ...org,
    owner: 'org',
    name: 'trusted publisher',
    description: `${publisher.repository ?? publisher.issuer} ${publisher.id}`.slice(0, 512),
    access: 'read-write-stage-only',
    packages: [name],
    publisher: publisher.record.uri,
    created_by: job.issuer.issuer,
    expires_at: new Date(clock.now() + lifetimeMs),
  } as const
  return database.db.transaction().execute(async (transaction) => {
    const made = await tokens.issue({ ...wanted, packages: [name], cidrs: [] }, transaction)
    const details = { name: wanted.name, account: org.handle, package: name, publisher: publisher.record.uri, address }
    await audit.append({ actor: wanted.created_by, action: 'token.issued', subject: made.row.id, details }, transaction)
    return { token: made.token }
  })
}

/** Only of tokens that their issuer did sign: anybody may send anything else, as often as they like. */
async function noteRefusal(
  { audit }: Exchange,
  { issuer, claims }: VerifiedJob<CiIssuer>,
  { name, address }: PublishExchange,
  error: unknown,
): Promise<void> {
  if (!(error instanceof AtollError) || error.status >= 500) return
  const details = { code: error.code, address, jti: claims.jti?.slice(0, 256) }
  await audit.append({ actor: issuer.issuer, action: 'token.refused', subject: `publish ${name.name}`, details })
}
