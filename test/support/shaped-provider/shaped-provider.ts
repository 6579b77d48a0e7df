import { randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { exportJWK, generateKeyPair } from 'jose'
import { type Configuration, type KoaContextWithOIDC, Provider } from 'oidc-provider'
import { freePort } from '#appliance/config/free-port.ts'
import type { Facts, Shape } from './shapes.ts'

/** Who sits in front of the provider. */
export interface PersonThere {
  username: string
  groups: readonly string[]
  /** They have a second factor, and use it when they are asked to. */
  hasSecondFactor: boolean
}

export interface ShapedClient {
  clientId: string
  secret: string
  redirectUri: string
}

const basicScopes = ['openid', 'profile', 'email']
// By the `claims` parameter.
const requestableClaims = ['acrs', 'auth_time']
const graphPath = '/v1.0/me/transitiveMemberOf'
const graphPageSize = 100

/**
 * A certified OpenID provider whose tokens say what those of a well-known make say, and nothing else. Its pages are short:
 * whoever sits there is signed in at once.
 */
export class ShapedProvider implements AsyncDisposable {
  readonly issuer: string
  /** Where it answers as Microsoft Graph does. */
  readonly graphUrl: string
  person: PersonThere = { username: 'alice', groups: [], hasSecondFactor: true }
  /** The answer to further questions about groups; 200 unless a test says so. */
  graphStatus = 200
  readonly #shape: Shape
  readonly #provider: Provider
  readonly #server: Server

  static async start(shape: Shape, client: ShapedClient): Promise<ShapedProvider> {
    const issuer = `http://localhost:${await freePort()}`
    const { privateKey } = await generateKeyPair(shape.algorithm, { extractable: true })
    const signingKey = { ...(await exportJWK(privateKey)), alg: shape.algorithm, use: 'sig', kid: 'one' }
    const started = new ShapedProvider(shape, issuer, configurationOf(shape, client, signingKey))
    await new Promise<void>((resolve) => started.#server.listen(Number(new URL(issuer).port), '127.0.0.1', resolve))
    return started
  }

  private constructor(shape: Shape, issuer: string, configuration: Configuration) {
    this.issuer = issuer
    this.graphUrl = `${issuer}${graphPath}`
    this.#shape = shape
    this.#provider = new Provider(issuer, {
      ...configuration,
      findAccount: async (_ctx, accountId) => ({ accountId, claims: async () => ({ sub: accountId }) }),
    })
    this.#shapeIdTokens()
    const protocol = this.#provider.callback()
    this.#server = createServer((request, response) => {
      if (request.url?.startsWith('/interaction/')) return void this.#signIn(request, response)
      if (request.url?.startsWith(graphPath)) return void this.#answerAboutGroups(request, response)
      return void protocol(request, response)
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  /** The provider's own claims about the sign-in go; those that this make would send come. */
  #shapeIdTokens(): void {
    const provider = this.#provider
    const shaped = (subject: string, ctx: KoaContextWithOIDC) => this.#shape.idToken(this.#factsOf(subject, ctx))
    const tokens = (provider as unknown as { IdToken: { prototype: IdTokenModel } }).IdToken.prototype
    const payloadOf = tokens.payload
    tokens.payload = async function (this: IdTokenModel) {
      const { acr: _acr, amr: _amr, auth_time: _authTime, ...rest } = await payloadOf.call(this)
      return { ...rest, ...shaped(String(rest['sub']), this.ctx) }
    }
  }

  #factsOf(subject: string, { oidc }: KoaContextWithOIDC): Facts {
    const code = oidc.entities.AuthorizationCode
    const requested = code?.claims as { id_token?: Record<string, unknown> } | undefined
    return {
      subject,
      username: subject.replace('subject-of-', ''),
      groups: this.person.groups,
      authenticatedAt: code?.authTime ?? 0,
      secondFactor: code?.amr?.includes('second') ?? false,
      acrValues: code?.acr,
      requestedClaims: requested?.id_token ?? {},
    }
  }

  async #signIn(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { params } = await this.#provider.interactionDetails(request, response)
    const acrValues = typeof params['acr_values'] === 'string' ? params['acr_values'] : undefined
    const claims = JSON.parse(String(params['claims'] ?? '{}')) as { id_token?: Record<string, unknown> }
    const isAsked = this.#shape.asksForSecondFactor({ acrValues, requestedClaims: claims.id_token ?? {} })
    const { username, hasSecondFactor } = this.person
    const amr = isAsked && hasSecondFactor ? ['first', 'second'] : ['first']
    const login = { accountId: `subject-of-${username}`, amr, ...(acrValues === undefined ? {} : { acr: acrValues }) }
    await this.#provider.interactionFinished(request, response, { login }, { mergeWithLastSubmission: false })
  }

  /** Pages of objects, to whoever has an access token. */
  async #answerAboutGroups({ headers, url = '' }: IncomingMessage, response: ServerResponse): Promise<void> {
    const token = await this.#provider.AccessToken.find(headers.authorization?.replace('Bearer ', '') ?? '')
    const start = Number(new URL(url, this.issuer).searchParams.get('$skiptoken') ?? 0)
    const value = this.person.groups.slice(start, start + graphPageSize).map((id) => ({ id }))
    const next = start + graphPageSize
    const link = `${this.graphUrl}?$skiptoken=${next}`
    const more = next < this.person.groups.length ? { '@odata.nextLink': link } : {}
    response.writeHead(token === undefined ? 401 : this.graphStatus, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ value, ...more }))
  }
}

interface IdTokenModel {
  ctx: KoaContextWithOIDC
  payload(): Promise<Record<string, unknown>>
}

function configurationOf(shape: Shape, client: ShapedClient, signingKey: object): Configuration {
  const scopes = [...basicScopes, ...(shape.scopes ?? [])]
  return {
    clients: [
      {
        client_id: client.clientId,
        client_secret: client.secret,
        redirect_uris: [client.redirectUri],
        response_types: ['code'],
        grant_types: ['authorization_code'],
        id_token_signed_response_alg: shape.algorithm,
      },
    ],
    jwks: { keys: [signingKey] } as unknown as NonNullable<Configuration['jwks']>,
    enabledJWA: { idTokenSigningAlgValues: [shape.algorithm] },
    cookies: { keys: [randomBytes(16).toString('hex')] },
    scopes,
    claims: { openid: ['sub', ...requestableClaims] },
    acrValues: ['2', 'urn:okta:loa:2fa:any'],
    features: {
      devInteractions: { enabled: false },
      claimsParameter: { enabled: true },
      rpInitiatedLogout: { enabled: false },
    },
    interactions: { url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
    ttl: { Session: 3600, Interaction: 600, AuthorizationCode: 60, AccessToken: 300, IdToken: 600, Grant: 3600 },
    loadExistingGrant: async ({ oidc }) => {
      const { client: known, session, provider } = oidc
      if (known === undefined || session?.accountId === undefined) return undefined
      const grant = new provider.Grant({ clientId: known.clientId, accountId: session.accountId })
      grant.addOIDCScope(scopes.join(' '))
      grant.addOIDCClaims(requestableClaims)
      await grant.save()
      return grant
    },
  }
}
