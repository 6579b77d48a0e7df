import { z } from 'zod'
import { Failure } from '#appliance/failures.ts'
import { publishDocument } from '#appliance/tour/publish-document.ts'
import { boundAudience } from '#common/ci/index.ts'
import { inspectTarball } from '#common/tarball/index.ts'
import { findJobToken, type JobToken } from './job-token.ts'
import { packSource } from './pack.ts'

export interface PublishFromJob {
  /** Folder of the package, or a tarball. */
  source: string
  /** URL, without a slash at its end. */
  registry: string
  tag: string
  env: NodeJS.ProcessEnv
  /** Says what is going on. */
  say: (line: string) => void
}

export interface Published {
  name: string
  version: string
  integrity: string
  state: 'published' | 'staged'
  /** What "npm stage approve" needs. */
  stageId?: string | undefined
}

const timeoutMs = 300_000
const tokenSchema = z.object({ token: z.string() })
const answerSchema = z.object({ stageId: z.string().optional() })
const refusalSchema = z.object({ error: z.string() })

/**
 * Publishes a package from a CI job, with an ID token that the CI system makes for exactly these bytes: both PDSes verify it for
 * themselves, so nobody on the way can put others in their place. Without such a token the version is staged.
 * @throws Failure with what npm, the CI system or the registry says; UsageError outside of a job
 */
export async function publishFromJob(request: PublishFromJob): Promise<Published> {
  const { registry, tag, env, say } = request
  say('Packing')
  const tarball = await packSource(request.source)
  const { packageJson, integrity } = await inspectTarball(tarball)
  const { name, version } = packageJson
  say(`Publishing ${name}@${version}, ${integrity}`)
  const job = await findJobToken(boundAudience(registry, integrity), env)
  const token = await exchange(registry, name, job)
  const document = { ...publishDocument({ name, version, tarball, registry }), 'dist-tags': { [tag]: version } }
  const headers = { 'content-type': 'application/json', ...(job.bound ? { 'atoll-id-token': job.token } : {}) }
  const answer = await send(`${registry}/${name.replace('/', '%2f')}`, token, {
    method: 'PUT',
    headers,
    body: JSON.stringify(document),
  })
  const { stageId } = answerSchema.parse(answer)
  return { name, version, integrity, state: stageId === undefined ? 'published' : 'staged', stageId }
}

/** As npm does it: the ID token is the bearer. */
async function exchange(registry: string, name: string, { token }: JobToken): Promise<string> {
  const path = `/-/npm/v1/oidc/token/exchange/package/${name.replace('/', '%2f')}`
  return tokenSchema.parse(await send(`${registry}${path}`, token, { method: 'POST' })).token
}

async function send(
  url: string,
  token: string,
  init: RequestInit & { headers?: Record<string, string> },
): Promise<unknown> {
  const headers = { ...init.headers, authorization: `Bearer ${token}` }
  const answer = await fetch(url, { ...init, headers, redirect: 'error', signal: AbortSignal.timeout(timeoutMs) })
  const body: unknown = await answer.json().catch(() => ({}))
  if (answer.ok) return body
  const refusal = refusalSchema.safeParse(body)
  throw new Failure(refusal.success ? refusal.data.error : `The registry answered ${answer.status}.`)
}
