import { AtollError } from '#common/errors/index.ts'
import type { JtiStore } from '#common/service-auth/index.ts'
import type { VerifiedJob } from './job-tokens.ts'

const maxJtiLength = 256
const skewSeconds = 60

/**
 * Each ID token is good for one act here; what an issuer does not number could be brought again and again.
 * @throws JobTokenRefused, ReplayedToken
 */
export async function useOnce(jtis: JtiStore, { claims, issuer }: VerifiedJob<{ issuer: string }>): Promise<void> {
  const { jti } = claims
  if (jti === undefined || jti === '') throw new AtollError('JobTokenRefused', { reason: 'it has no jti' })
  if (jti.length > maxJtiLength) throw new AtollError('JobTokenRefused', { reason: 'its jti is too long' })
  if (!(await jtis.use(`publish ${issuer.issuer}`, jti, claims.exp + skewSeconds)))
    throw new AtollError('ReplayedToken')
}
