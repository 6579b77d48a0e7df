import { decodeJwt, errors, type JWTPayload, jwtVerify } from 'jose'
import type { Clock } from '#common/clock/index.ts'
import { sha256 } from '#common/crypto/index.ts'
import { AtollError } from '#common/errors/index.ts'
import { asymmetricAlgorithms, ProviderKeys } from '#common/oidc/index.ts'
import type { OutboundConfig } from '#common/outbound/index.ts'

export interface VerifiedJob<Issuer> {
  claims: JWTPayload & { iat: number; exp: number }
  issuer: Issuer
  /** SHA-256 of what was signed, which nobody but the issuer can write otherwise. */
  digest: string
}

const clockToleranceSeconds = 5
const title = 'issuer of CI tokens'
// It travels in a header, and is somebody's we do not know yet.
const maxLength = 16_384

/** ID tokens of CI jobs: signature by the issuer's published keys, issuer, audience and times. */
export class JobTokens<Issuer extends { issuer: string }> implements AsyncDisposable {
  readonly #issuers: { issuer: Issuer; keys: ProviderKeys }[]
  readonly #clock: Clock

  /** @param options.keysRestMs how long an issuer is not asked again for keys that it had not */
  constructor(issuers: readonly Issuer[], options: { clock: Clock; outbound: OutboundConfig; keysRestMs?: number }) {
    const { clock, outbound, keysRestMs: restMs } = options
    const keysOf = ({ issuer }: Issuer) => new ProviderKeys(issuer, outbound, { title, ...(restMs && { restMs }) })
    this.#issuers = issuers.map((issuer) => ({ issuer, keys: keysOf(issuer) }))
    this.#clock = clock
  }

  /**
   * @param audienceOf what a token has to be for, by its issuer's settings and by what it says it is for, which is then held to
   * @throws JobTokenRefused saying why; ComponentUnavailable when the issuer's keys cannot be had
   */
  async verify(idToken: string, audienceOf: (issuer: Issuer, said: unknown) => string): Promise<VerifiedJob<Issuer>> {
    const { iss, aud } = claimsIn(idToken)
    const { issuer, keys } = this.#issuerOf(iss)
    const audience = audienceOf(issuer, aud)
    const now = this.#clock.now()
    const getKey = await keys.get()
    try {
      const { payload } = await jwtVerify<{ iat: number; exp: number }>(idToken, getKey, {
        issuer: issuer.issuer,
        audience,
        algorithms: asymmetricAlgorithms,
        requiredClaims: ['iat', 'exp'],
        clockTolerance: clockToleranceSeconds,
        currentDate: new Date(now),
      })
      if (payload.iat > now / 1000 + clockToleranceSeconds) throw refused('it is from the future')
      const signed = idToken.slice(0, idToken.lastIndexOf('.'))
      return { claims: payload, issuer, digest: sha256(signed).toString('base64url') }
    } catch (error) {
      throw refusalOf(error, audience)
    }
  }

  /** Whether its jobs are believed at all here. */
  knows(said: string): boolean {
    return this.#issuers.some(({ issuer }) => issuer.issuer === said)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { keys } of this.#issuers) await keys[Symbol.asyncDispose]()
  }

  #issuerOf(said: string | undefined) {
    const known = this.#issuers.find(({ issuer }) => issuer.issuer === said)
    if (known === undefined) throw refused(`its issuer ${said?.slice(0, 256)} is not in "ci.issuers"`)
    return known
  }
}

function claimsIn(idToken: string): JWTPayload {
  if (idToken.length > maxLength) throw refused('it is too long')
  try {
    return decodeJwt(idToken)
  } catch (cause) {
    throw refused('it is not a JWT', cause)
  }
}

function refusalOf(error: unknown, audience: string): unknown {
  if (error instanceof errors.JWTExpired) return refused('it has expired', error)
  if (error instanceof errors.JWTClaimValidationFailed) {
    if (error.claim === 'aud') return refused(`it is for another audience; ask for one for ${audience}`, error)
    if (error.claim === 'nbf') return refused('it is not valid yet', error)
    return refused(`its claim "${error.claim}" is missing or wrong`, error)
  }
  if (error instanceof errors.JWKSTimeout) {
    return new AtollError('ComponentUnavailable', { component: title }, error)
  }
  if (error instanceof errors.JOSEError) return refused('its signature does not verify', error)
  return error
}

function refused(reason: string, cause?: unknown): AtollError {
  return new AtollError('JobTokenRefused', { reason }, cause)
}
