import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { z } from 'zod'
import { Failure, UsageError } from '#appliance/failures.ts'

const timeoutMs = 30_000
const maxTokenLength = 65_536
const answerSchema = z.object({ value: z.string().min(1) })

/** An ID token of the job this runs in. */
export interface JobToken {
  token: string
  /** It was made for the bytes at hand. */
  bound: boolean
}

/**
 * Has the CI system make an ID token for exactly these bytes, where it makes them on request, as GitHub and CircleCI do. Others make them when
 * the job starts: `ATOLL_ID_TOKEN` is one that was made for these bytes, `NPM_ID_TOKEN` one for the registry alone.
 * @throws UsageError outside of a job; Failure when the CI system refuses
 */
export async function findJobToken(audience: string, env: NodeJS.ProcessEnv): Promise<JobToken> {
  const bound = env['ATOLL_ID_TOKEN']
  if (bound !== undefined && bound !== '') return { token: bound, bound: true }
  const { ACTIONS_ID_TOKEN_REQUEST_URL: url, ACTIONS_ID_TOKEN_REQUEST_TOKEN: key } = env
  if (url !== undefined && key !== undefined) return { token: await request(url, key, audience), bound: true }
  if (env['CIRCLECI'] === 'true') return { token: await askCircle(audience, env), bound: true }
  const plain = env['NPM_ID_TOKEN']
  if (plain !== undefined && plain !== '') return { token: plain, bound: false }
  throw new UsageError(
    'No ID token of a CI job is here. On GitHub, give the job "permissions: id-token: write"; elsewhere, set NPM_ID_TOKEN. People publish with "npm publish".',
  )
}

/** https://circleci.com/docs/guides/permissions-authentication/oidc-tokens-with-custom-claims/: its own command, which each job has. */
async function askCircle(audience: string, env: NodeJS.ProcessEnv): Promise<string> {
  const claims = JSON.stringify({ aud: audience })
  try {
    const options = { env, timeout: timeoutMs, maxBuffer: maxTokenLength }
    const { stdout } = await promisify(execFile)('circleci', ['run', 'oidc', 'get', '--claims', claims], options)
    return stdout.trim()
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : 'it failed'
    throw new Failure(`CircleCI made no ID token for this job: "circleci run oidc get" ended with ${reason}.`)
  }
}

/** https://docs.github.com/en/actions/reference/security/oidc: the audience is a parameter of the address. */
async function request(address: string, key: string, audience: string): Promise<string> {
  const url = new URL(address)
  url.searchParams.set('audience', audience)
  const headers = { authorization: `Bearer ${key}`, accept: 'application/json' }
  const answer = await fetch(url, { headers, signal: AbortSignal.timeout(timeoutMs) })
  const parsed = answerSchema.safeParse(await answer.json().catch(() => undefined))
  if (answer.ok && parsed.success) return parsed.data.value
  throw new Failure(`The CI system made no ID token for this job: it answered ${answer.status}.`)
}
