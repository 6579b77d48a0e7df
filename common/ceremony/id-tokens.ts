import { decodeJwt, errors, type JWTPayload, jwtVerify } from 'jose'
import type { Clock } from '#common/clock/index.ts'
import type { IdpConfig } from '#common/config/index.ts'
import { AtollError } from '#common/errors/index.ts'
import { asymmetricAlgorithms, ProviderKeys } from '#common/oidc/index.ts'
import type { OutboundConfig } from '#common/outbound/index.ts'

export interface VerifiedIdToken {
  claims: JWTPayload
  idp: IdpConfig
}

const maxTokenAgeSeconds = 300
const clockToleranceSeconds = 5
// Hundreds of groups fit; it travels in a header (`maxHeaderBytes` of the PDS host).
const maxLength = 49_152

/** ID tokens as the IdP made them, whoever brings them: signature, issuer, audience and age (OpenID Connect Core 1.0, 3.1.3.7). */
export class IdTokens implements AsyncDisposable {
  readonly #providers: { idp: IdpConfig; keys: ProviderKeys }[]
  readonly #clock: Clock

  constructor(idps: readonly IdpConfig[], { clock, outbound }: { clock: Clock; outbound: OutboundConfig }) {
    this.#providers = idps.map((idp) => ({ idp, keys: new ProviderKeys(idp.issuer, outbound) }))
    this.#clock = clock
  }

  /** @throws StepUpRejected, ComponentUnavailable when the IdP's keys cannot be had */
  async verify(idToken: string | undefined): Promise<VerifiedIdToken> {
    if (idToken === undefined) throw rejected('there is none')
    const { idp, keys } = this.#providerOf(idToken)
    const getKey = await keys.get()
    try {
      const { payload } = await jwtVerify(idToken, getKey, {
        issuer: idp.issuer,
        audience: idp.clientId,
        algorithms: asymmetricAlgorithms,
        requiredClaims: ['sub', 'iat', 'exp'],
        maxTokenAge: maxTokenAgeSeconds,
        clockTolerance: clockToleranceSeconds,
        currentDate: new Date(this.#clock.now()),
      })
      checkAuthorizedParty(payload, idp)
      return { claims: payload, idp }
    } catch (error) {
      throw refusalOf(error)
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { keys } of this.#providers) await keys[Symbol.asyncDispose]()
  }

  #providerOf(idToken: string) {
    const issuer = issuerOf(idToken)
    const provider = this.#providers.find(({ idp }) => idp.issuer === issuer)
    if (provider === undefined) throw rejected('its issuer is not an identity provider of this network')
    return provider
  }
}

function issuerOf(idToken: string): string | undefined {
  if (idToken.length > maxLength) throw rejected('it is too long')
  try {
    return decodeJwt(idToken).iss
  } catch (cause) {
    throw rejected('it is not an ID token', cause)
  }
}

function checkAuthorizedParty({ azp }: JWTPayload, { clientId }: IdpConfig): void {
  if (azp !== undefined && azp !== clientId) throw rejected('it was issued to somebody else')
}

function refusalOf(error: unknown): unknown {
  if (error instanceof errors.JWTExpired) return rejected('it is too old', error)
  if (error instanceof errors.JWKSTimeout) {
    return new AtollError('ComponentUnavailable', { component: 'identity provider' }, error)
  }
  if (error instanceof errors.JOSEError) return rejected('it does not verify', error)
  return error
}

function rejected(reason: string, cause?: unknown): AtollError {
  return new AtollError('StepUpRejected', { reason }, cause)
}
