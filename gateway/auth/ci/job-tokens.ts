import { decodeJwt, errors, type JWTPayload, jwtVerify } from 'jose'
import type { Clock } from '#common/clock/index.ts'
import { AtollError } from '#common/errors/index.ts'
import { asymmetricAlgorithms, ProviderKeys } from '#common/oidc/index.ts'
import type { OutboundConfig } from '#common/outbound/index.ts'
import type { CiConfig, CiIssuer } from '../../config.ts'

export interface VerifiedJob {
  claims: JWTPayload & { iat: number; exp: number }
  issuer: CiIssuer
}

interface JobTokenSettings {
  /** What tokens are for where an issuer's settings do not say. */
  defaultAudience: string
  outbound: OutboundConfig
  clock: Clock
}

const clockToleranceSeconds = 5
const title = 'issuer of CI tokens'

/** ID tokens of CI jobs: signature by the issuer's published keys, issuer, audience and times. */
export class JobTokens implements AsyncDisposable {
  readonly #issuers: { issuer: CiIssuer; keys: ProviderKeys }[]
  readonly #defaultAudience: string
  readonly #clock: Clock

  constructor({ issuers }: CiConfig, { defaultAudience, clock, outbound }: JobTokenSettings) {
    const keysOf = ({ issuer }: CiIssuer) => new ProviderKeys(issuer, outbound, title)
    this.#issuers = issuers.map((issuer) => ({ issuer, keys: keysOf(issuer) }))
    this.#defaultAudience = defaultAudience
    this.#clock = clock
  }

  /** @throws JobTokenRefused saying why; ComponentUnavailable when the issuer's keys cannot be had */
  async verify(idToken: string): Promise<VerifiedJob> {
    const { issuer, keys } = this.#issuerOf(idToken)
    const audience = issuer.audience ?? this.#defaultAudience
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
      return { claims: payload, issuer }
    } catch (error) {
      throw refusalOf(error, audience)
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { keys } of this.#issuers) await keys[Symbol.asyncDispose]()
  }

  #issuerOf(idToken: string) {
    const said = issuerIn(idToken)
    const known = this.#issuers.find(({ issuer }) => issuer.issuer === said)
    if (known === undefined) throw refused(`its issuer ${said?.slice(0, 256)} is not in "ci.issuers"`)
    return known
  }
}

function issuerIn(idToken: string): string | undefined {
  try {
    return decodeJwt(idToken).iss
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
