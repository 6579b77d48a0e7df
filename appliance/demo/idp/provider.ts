import { createHmac } from 'node:crypto'
import { type Configuration, type ErrorOut, type KoaContextWithOIDC, Provider } from 'oidc-provider'
import { type DemoIdpConfig, demoClientId } from './config.ts'
import { memoryAdapter } from './memory-adapter.ts'
import { refusalPage } from './pages.ts'
import { personOf } from './people.ts'

const scope = 'openid profile email'

/** A certified OpenID provider, told about four people and one client. */
export function createProvider(issuer: string, config: DemoIdpConfig): Provider {
  return new Provider(issuer, {
    adapter: memoryAdapter(),
    clients: [
      {
        client_id: demoClientId,
        client_secret: config.client.secret,
        redirect_uris: config.client.redirectUris,
        response_types: ['code'],
        grant_types: ['authorization_code'],
        scope,
        require_auth_time: true,
      },
    ],
    jwks: { keys: [config.signingKey] } as unknown as NonNullable<Configuration['jwks']>,
    cookies: { keys: [createHmac('sha256', config.seed).update('cookies').digest('hex')] },
    pkce: { required: () => true },
    scopes: scope.split(' '),
    claims: {
      openid: ['sub', 'amr', 'acr', 'auth_time'],
      profile: ['name', 'preferred_username'],
      email: ['email', 'email_verified'],
    },
    acrValues: ['mfa'],
    // Whoever signs in should not have to ask a second endpoint who it is.
    conformIdTokenClaims: false,
    features: { devInteractions: { enabled: false }, rpInitiatedLogout: { enabled: false } },
    interactions: { url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
    // Long enough for a working day, short enough for a demo on a laptop.
    ttl: {
      Session: 8 * 3600,
      Interaction: 600,
      AuthorizationCode: 60,
      AccessToken: 300,
      IdToken: 600,
      Grant: 8 * 3600,
    },
    findAccount: async (_ctx, subject) => accountOf(subject, config.seed),
    loadExistingGrant: grantWithoutAsking,
    renderError,
  })
}

function accountOf(subject: string, seed: string) {
  const person = personOf(subject, seed)
  if (person === undefined) return undefined
  const { name, username } = person
  const claims = {
    sub: subject,
    name,
    preferred_username: username,
    email: `${username}@acme.test`,
    email_verified: true,
  }
  return { accountId: subject, claims: async () => claims }
}

function renderError(ctx: KoaContextWithOIDC, out: ErrorOut): void {
  ctx.type = 'html'
  ctx.body = refusalPage(`${out.error}${out.error_description === undefined ? '' : `: ${out.error_description}`}`).html
}

/** The one client is the company's own: nobody is asked for consent. */
async function grantWithoutAsking({ oidc }: KoaContextWithOIDC) {
  const { client, session, provider } = oidc
  const accountId = session?.accountId
  if (client === undefined || accountId === undefined) return undefined
  const known = session?.grantIdFor(client.clientId)
  if (known !== undefined) return provider.Grant.find(known)
  const grant = new provider.Grant({ clientId: client.clientId, accountId })
  grant.addOIDCScope(scope)
  await grant.save()
  return grant
}
