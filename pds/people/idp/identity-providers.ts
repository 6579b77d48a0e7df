import * as oidc from 'openid-client'
import type { IdpConfig } from '#common/config/index.ts'
import { AtollError } from '#common/errors/index.ts'
import { asFetch, createOutbound, type OutboundConfig } from '#common/outbound/index.ts'

export interface KnownProvider {
  settings: IdpConfig
  client: oidc.Configuration
  /** The way to it. */
  outbound: OutboundConfig
}

const timeoutSeconds = 5
const limits = { maxBytes: 1_000_000, timeoutMs: timeoutSeconds * 1000 }

/**
 * The company's IdPs. Each is discovered when it is first needed, so that one which is down delays nobody's start;
 * a discovery that failed is tried again by the next who needs it.
 */
export class IdentityProviders implements AsyncDisposable {
  readonly #settings: ReadonlyMap<string, IdpConfig>
  readonly #secrets: Readonly<Record<string, string>>
  readonly #config: OutboundConfig
  readonly #outbounds = new AsyncDisposableStack()
  readonly #discovered = new Map<string, Promise<oidc.Configuration>>()

  constructor(idps: readonly IdpConfig[], secrets: Readonly<Record<string, string>>, config: OutboundConfig) {
    this.#config = config
    this.#settings = new Map(idps.map((idp) => [idp.issuer, idp]))
    this.#secrets = secrets
  }

  /** In the order of the configuration. */
  get all(): readonly IdpConfig[] {
    return [...this.#settings.values()]
  }

  /** @throws ComponentUnavailable when it cannot be discovered. */
  async get(issuer: string): Promise<KnownProvider> {
    const settings = this.#settings.get(issuer)
    if (settings === undefined) throw new AtollError('UntrustedIssuer', { issuer })
    let pending = this.#discovered.get(issuer)
    if (pending === undefined) {
      pending = this.#discover(settings)
      this.#discovered.set(issuer, pending)
    }
    try {
      return { settings, client: await pending, outbound: this.#config }
    } catch (cause) {
      this.#discovered.delete(issuer)
      throw new AtollError('ComponentUnavailable', { component: 'identity provider' }, cause)
    }
  }

  /** Where a form of ours may lead, through a redirect: Chromium holds the redirect to `form-action`, too. */
  async formTargets(): Promise<string[]> {
    const origins = await Promise.all(
      [...this.#settings.keys()].map(async (issuer) => {
        const known = await this.get(issuer).catch(() => undefined)
        const endpoint = known?.client.serverMetadata().authorization_endpoint
        return new URL(endpoint ?? issuer).origin
      }),
    )
    return [...new Set(origins)]
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#outbounds.disposeAsync()
  }

  async #discover({ issuer, clientId }: IdpConfig): Promise<oidc.Configuration> {
    const config = this.#config
    const secret = this.#secrets[issuer]
    await using discovery = createOutbound({ allow: [issuer], config })
    const server = new URL(issuer)
    // Basic is what an IdP expects of a client that registered nothing else (OpenID Connect Core 1.0, section 9).
    const authentication = secret === undefined ? oidc.None() : oidc.ClientSecretBasic(secret)
    // The ID token's signature is checked although it comes from the token endpoint: the org PDS will check it, too.
    const execute = [oidc.enableNonRepudiationChecks]
    if (server.protocol === 'http:') execute.push(oidc.allowInsecureRequests)
    const [customFetch, timeout] = [asFetch(discovery, limits), timeoutSeconds]
    const options = { execute, timeout, [oidc.customFetch]: customFetch }
    const client = await oidc.discovery(server, clientId, undefined, authentication, options)
    const outbound = this.#outbounds.use(createOutbound({ allow: endpointsOf(client), config }))
    client[oidc.customFetch] = asFetch(outbound, limits)
    return client
  }
}

/** Some providers keep them on hosts of their own; the one that is configured says which. */
function endpointsOf(client: oidc.Configuration): string[] {
  const { token_endpoint, jwks_uri, userinfo_endpoint } = client.serverMetadata()
  return [token_endpoint, jwks_uri, userinfo_endpoint].filter((endpoint) => endpoint !== undefined)
}
