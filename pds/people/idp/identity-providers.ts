import * as oidc from 'openid-client'
import type { IdpConfig } from '#common/config/index.ts'
import { AtollError } from '#common/errors/index.ts'

export interface KnownProvider {
  settings: IdpConfig
  client: oidc.Configuration
}

const timeoutSeconds = 5

/**
 * The company's IdPs. Each is discovered when it is first needed, so that one which is down delays nobody's start;
 * a discovery that failed is tried again by the next who needs it.
 */
export class IdentityProviders {
  readonly #settings: ReadonlyMap<string, IdpConfig>
  readonly #secrets: Readonly<Record<string, string>>
  readonly #discovered = new Map<string, Promise<oidc.Configuration>>()

  constructor(idps: readonly IdpConfig[], secrets: Readonly<Record<string, string>>) {
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
      pending = discover(settings, this.#secrets[issuer])
      this.#discovered.set(issuer, pending)
    }
    try {
      return { settings, client: await pending }
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
}

async function discover({ issuer, clientId }: IdpConfig, secret: string | undefined): Promise<oidc.Configuration> {
  const server = new URL(issuer)
  // Basic is what an IdP expects of a client that registered nothing else (OpenID Connect Core 1.0, section 9).
  const authentication = secret === undefined ? oidc.None() : oidc.ClientSecretBasic(secret)
  // The ID token's signature is checked although it comes from the token endpoint: the org PDS will check it, too.
  const execute = [oidc.enableNonRepudiationChecks]
  if (server.protocol === 'http:') execute.push(oidc.allowInsecureRequests)
  return oidc.discovery(server, clientId, undefined, authentication, { execute, timeout: timeoutSeconds })
}
