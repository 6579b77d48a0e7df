import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import * as oidc from 'openid-client'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { IdTokens } from '#common/ceremony/index.ts'
import { systemClock } from '#common/clock/index.ts'
import { type IdpConfig, idpSchema } from '#common/config/index.ts'
import type { OutboundConfig } from '#common/outbound/index.ts'
import { IdentityProviders } from '#pds/people/idp/index.ts'
import { privateAuthority } from '#test/support/private-authority.ts'
import { RecordingProxy } from '#test/support/recording-proxy.ts'

const issuer = 'https://sso.acme-company.com'
// As Google does, whose keys and tokens are elsewhere.
const keysHost = 'https://keys.acme-company.com'
const tokensHost = 'https://tokens.acme-company.com'

let proxy: RecordingProxy
let provider: Server
let idp: IdpConfig
let through: OutboundConfig
let idToken: string

beforeAll(async () => {
  const hosts = [issuer, keysHost, tokensHost].map((url) => new URL(url).host)
  const { ca, server } = await privateAuthority(hosts)
  const { publicKey, privateKey } = await generateKeyPair('RS256')
  const answers: Record<string, unknown> = {
    '/.well-known/openid-configuration': {
      issuer,
      authorization_endpoint: `${issuer}/authorize`,
      token_endpoint: `${tokensHost}/token`,
      jwks_uri: `${keysHost}/jwks`,
    },
    '/jwks': { keys: [{ ...(await exportJWK(publicKey)), kid: 'one', alg: 'RS256', use: 'sig' }] },
    '/token': { access_token: 'an-access-token', token_type: 'bearer' },
  }
  provider = createServer(server, (request, response) => {
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify(answers[request.url ?? '']))
  })
  await new Promise<void>((resolve) => provider.listen(0, '127.0.0.1', resolve))
  proxy = await RecordingProxy.start()
  for (const host of hosts) proxy.hosts.set(`${host}:443`, (provider.address() as AddressInfo).port)
  through = { proxies: { https: { url: proxy.url } }, noProxy: [], ca: [ca] }
  idp = idpSchema.parse({ issuer, clientId: 'atoll', mfa: { claim: 'amr', accept: ['mfa'] } })
  idToken = await new SignJWT()
    .setProtectedHeader({ alg: 'RS256', kid: 'one' })
    .setIssuer(issuer)
    .setAudience('atoll')
    .setSubject('alice')
    .setIssuedAt()
    .setExpirationTime('5m')
    .sign(privateKey)
})
afterAll(async () => {
  await proxy?.[Symbol.asyncDispose]()
  provider?.closeAllConnections()
  await new Promise((resolve) => provider?.close(resolve))
})
beforeEach(() => {
  proxy.asked.length = 0
})

const connected = (...urls: string[]) => urls.map((url) => `CONNECT ${new URL(url).host}:443`)

describe('an identity provider behind the company’s proxy, certified by its authority', () => {
  it('is discovered, and asked for its keys, by the org PDS', async () => {
    await using tokens = new IdTokens([idp], { clock: systemClock, outbound: through })
    expect((await tokens.verify(idToken)).claims.sub).toBe('alice')
    expect(proxy.asked).toEqual(connected(issuer, keysHost))
  })

  it('is discovered, and asked for tokens, by the people PDS', async () => {
    await using providers = new IdentityProviders([idp], { [issuer]: 'secret' }, through)
    const { client } = await providers.get(issuer)
    expect(await oidc.clientCredentialsGrant(client)).toMatchObject({ access_token: 'an-access-token' })
    expect(proxy.asked).toEqual(connected(issuer, tokensHost))
  })

  it('is unavailable when its authority is not trusted', async () => {
    const config = { ...through, ca: [] }
    await using tokens = new IdTokens([idp], { clock: systemClock, outbound: config })
    await using providers = new IdentityProviders([idp], {}, config)
    const unavailable = { code: 'ComponentUnavailable' }
    await expect(tokens.verify(idToken)).rejects.toMatchObject(unavailable)
    await expect(providers.get(issuer)).rejects.toMatchObject(unavailable)
  })
})
