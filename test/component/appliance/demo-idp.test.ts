import { randomBytes } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import * as oidc from 'openid-client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DemoIdp, demoClientId, demoIdp, signInAtDemo } from '#appliance/demo/idp/index.ts'
import { drawRsaKey } from '#appliance/init/draw-keys.ts'
import { type Browser, createBrowser, type Page } from '#common/browser/index.ts'
import { checkStepUp } from '#common/step-up/index.ts'

const secret = 'a-client-secret-for-tests'
let idp: DemoIdp
let client: oidc.Configuration
let redirectUri: string
let callback: Server

beforeAll(async () => {
  callback = createServer((_request, response) => response.end())
  await new Promise<void>((resolve) => callback.listen(0, '127.0.0.1', resolve))
  redirectUri = `http://127.0.0.1:${(callback.address() as AddressInfo).port}/callback`
  idp = await DemoIdp.start({
    listen: { host: '127.0.0.1', port: 0 },
    client: { secret, redirectUris: [redirectUri] },
    seed: 'a-seed-for-tests-only',
    signingKey: await drawRsaKey(),
    logLevel: 'silent',
  })
  client = await oidc.discovery(new URL(idp.issuer), demoClientId, secret, undefined, {
    execute: [oidc.allowInsecureRequests],
  })
})
afterAll(async () => {
  await idp?.[Symbol.asyncDispose]()
  await new Promise((resolve) => callback.close(resolve))
})

/** Begins a sign-in as the people PDS does. */
async function begin(parameters: Record<string, string> = {}) {
  const verifier = oidc.randomPKCECodeVerifier()
  const nonce = randomBytes(32).toString('base64url')
  const url = oidc.buildAuthorizationUrl(client, {
    redirect_uri: redirectUri,
    scope: 'openid profile email',
    code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    nonce,
    acr_values: 'mfa',
    ...parameters,
  })
  const finish = async (page: Page) => {
    const tokens = await oidc.authorizationCodeGrant(client, new URL(page.url), {
      pkceCodeVerifier: verifier,
      expectedNonce: nonce,
    })
    const claims: Record<string, unknown> = tokens.claims() ?? {}
    return claims
  }
  return { url: url.href, nonce, finish }
}

async function signIn(browser: Browser, username: string, parameters: Record<string, string> = {}) {
  const { url, nonce, finish } = await begin(parameters)
  const claims = await finish(await signInAtDemo(browser, await browser.open(url), username))
  return { claims, nonce }
}

const now = () => Math.floor(Date.now() / 1000)

describe('the demo identity provider', () => {
  it('confirms an act with password and second factor', async () => {
    const { claims, nonce } = await signIn(createBrowser(), 'alice', { max_age: '0' })
    expect(claims).toMatchObject({ preferred_username: 'alice', name: 'Alice Marsh', email: 'alice@acme.test' })
    const expected = { nonce, subject: String(claims['sub']), signedByPasskey: false, authenticatedSince: now() - 5 }
    expect(() => checkStepUp(claims, demoIdp(4875), expected)).not.toThrow()
  })

  it('names a person the same way each time, and says nothing by it', async () => {
    const first = await signIn(createBrowser(), 'bob')
    const second = await signIn(createBrowser(), 'bob')
    expect(second.claims['sub']).toBe(first.claims['sub'])
    expect(first.claims['sub']).not.toContain('bob')
  })

  it('answers silently while somebody is signed in, and says so when nobody is', async () => {
    const browser = createBrowser()
    const { claims } = await signIn(browser, 'carol')
    const again = await begin({ prompt: 'none' })
    expect(await again.finish(await browser.open(again.url))).toMatchObject({ sub: claims['sub'] })
    const stranger = await createBrowser().open((await begin({ prompt: 'none' })).url)
    expect(new URL(stranger.url).searchParams.get('error')).toBe('login_required')
  })

  it.each([
    ['max_age', '0'],
    ['prompt', 'login'],
  ])('asks again for %s=%s', async (name, value) => {
    const browser = createBrowser()
    await signIn(browser, 'dan')
    const page = await browser.open((await begin({ [name]: value })).url)
    expect(page.title).toContain('Sign in')
  })

  it('lets another person sign in with the same browser', async () => {
    const browser = createBrowser()
    const alice = await signIn(browser, 'alice')
    const bob = await signIn(browser, 'bob', { prompt: 'login' })
    expect(bob.claims['preferred_username']).toBe('bob')
    expect(bob.claims['sub']).not.toBe(alice.claims['sub'])
  })

  it('refuses a wrong password and a wrong code', async () => {
    const browser = createBrowser()
    const page = await browser.open((await begin()).url)
    const [form] = page.forms
    if (form === undefined) throw new Error('no form')
    const refused = await browser.submit(form, { username: 'alice', password: 'guess' })
    expect(refused.text).toContain('User name or password is wrong')
    const code = await browser.submit(form, { username: 'alice', password: 'alice-demo' })
    const [codeForm] = code.forms
    if (codeForm === undefined) throw new Error('no form')
    expect((await browser.submit(codeForm, { code: '000000' })).text).toContain('This code is wrong')
  })

  it('does not let another browser finish a sign-in', async () => {
    const page = await createBrowser().open((await begin()).url)
    const elsewhere = await createBrowser().open(page.url)
    expect(elsewhere.text).toContain('belongs to another browser')
  })

  it('asks for PKCE', async () => {
    const url = new URL((await begin()).url)
    url.searchParams.delete('code_challenge')
    url.searchParams.delete('code_challenge_method')
    const page = await createBrowser().open(url.href)
    expect(new URL(page.url).searchParams.get('error')).toBe('invalid_request')
  })

  it('sends nobody to an address that is not its client’s', async () => {
    const url = new URL((await begin()).url)
    url.searchParams.set('redirect_uri', 'http://127.0.0.1:1/callback')
    const page = await createBrowser().open(url.href)
    expect(page.text).toContain('invalid_redirect_uri')
  })

  it('forbids framing and scripts', async () => {
    const page = await createBrowser().open((await begin()).url)
    expect(page.headers.get('content-security-policy')).toMatch(/default-src 'none'.*frame-ancestors 'none'/)
    expect(page.body).not.toContain('<script')
  })
})
