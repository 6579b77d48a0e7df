import { createRemoteJWKSet, customFetch, type JWTVerifyGetKey } from 'jose'
import { z } from 'zod'
import { AtollError } from '#common/errors/index.ts'
import { asFetch, createOutbound, type OutboundConfig } from '#common/outbound/index.ts'

const discoverySchema = z.object({ issuer: z.string(), jwks_uri: z.url() })

/** How long issuers are not asked again for keys that they had not: anybody may send a token with a key that nobody knows. */
const defaultRestMs = 30_000
const limits = { maxBytes: 1_000_000, timeoutMs: 5_000 }

/** With an HMAC, whoever knows the client's secret could be the issuer; and "none" is none. */
export const asymmetricAlgorithms = [
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
  ...['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'],
]

/**
 * The signing keys of one issuer of ID tokens, found by OpenID Connect Discovery 1.0 when they are first asked for: an issuer
 * that is down must not keep us from starting.
 */
export class ProviderKeys implements AsyncDisposable {
  readonly #issuer: string
  readonly #config: OutboundConfig
  readonly #title: string
  readonly #restMs: number
  readonly #outbounds = new AsyncDisposableStack()
  #keys: Promise<JWTVerifyGetKey> | undefined

  /** @param title what messages call it */
  constructor(issuer: string, config: OutboundConfig, { title = 'identity provider', restMs = defaultRestMs } = {}) {
    this.#issuer = issuer
    this.#config = config
    this.#title = title
    this.#restMs = restMs
  }

  /** @throws ComponentUnavailable */
  async get(): Promise<JWTVerifyGetKey> {
    this.#keys ??= this.#discover()
    try {
      return await this.#keys
    } catch (cause) {
      this.#keys = undefined
      throw new AtollError('ComponentUnavailable', { component: this.#title }, cause)
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#outbounds.disposeAsync()
  }

  async #discover(): Promise<JWTVerifyGetKey> {
    const config = this.#config
    await using discovery = createOutbound({ allow: [this.#issuer], config })
    const url = `${this.#issuer.replace(/\/$/, '')}/.well-known/openid-configuration`
    const response = await asFetch(discovery, limits)(url)
    const { issuer, jwks_uri } = discoverySchema.parse(await response.json())
    if (issuer !== this.#issuer) throw new Error(`the discovery document is that of ${issuer}`)
    // Some providers keep their keys on another host; the one that is configured says which.
    const outbound = this.#outbounds.use(createOutbound({ allow: [jwks_uri], config }))
    return createRemoteJWKSet(new URL(jwks_uri), {
      timeoutDuration: limits.timeoutMs,
      cooldownDuration: this.#restMs,
      [customFetch]: asFetch(outbound, limits),
    })
  }
}
