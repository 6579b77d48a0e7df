import { AtollError } from '#common/errors/index.ts'
import type { JtiStore } from '#common/service-auth/index.ts'
import { type PublishingIssuer, providerOf } from './issuers.ts'
import type { VerifiedJob } from './job-tokens.ts'

const maxJtiLength = 256
const skewSeconds = 60

/**
 * Each ID token is good for one act here; what an issuer does not number could be brought again and again. CircleCI numbers none: those
 * are known by what was signed.
 * @throws JobTokenRefused, ReplayedToken
 */
export async function useOnce(jtis: JtiStore, job: VerifiedJob<PublishingIssuer>): Promise<void> {
  const { claims, issuer } = job
  const number = numberOf(job)
  if (number === undefined || number === '') throw new AtollError('JobTokenRefused', { reason: 'it has no jti' })
  if (number.length > maxJtiLength) throw new AtollError('JobTokenRefused', { reason: 'its jti is too long' })
  if (!(await jtis.use(`publish ${issuer.issuer}`, number, claims.exp + skewSeconds)))
    throw new AtollError('ReplayedToken')
}

function numberOf({ claims: { jti }, issuer, digest }: VerifiedJob<PublishingIssuer>): string | undefined {
  return jti === undefined && providerOf(issuer) === 'circleci' ? `sha256 ${digest}` : jti
}
