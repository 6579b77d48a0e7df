import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { DidString } from '@atproto/syntax'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  callGateway,
  collectCode,
  createToken,
  listTokens,
  type PersonalGateway,
  revokeToken,
  type TokenRequest,
} from '#appliance/admin/index.ts'
import { Gateway } from '#gateway/index.ts'
import type { CiRule } from '#gateway/token-settings.ts'
import { app } from '#lexicons'
import { TestIdentityProvider } from '#test/support/identity-provider.ts'
import { GatewayScene } from './gateway-scene.ts'
import { IssuedTokens } from './issued-tokens.ts'
import { bodyOf, Person } from './person.ts'

const hello = '@acme.test/hello'
const secret = '@acme.test/secret'
const thing = '@other.test/thing'

let scene: GatewayScene
let alice: Person
let other: DidString
beforeAll(async () => {
  scene = await GatewayScene.opens()
  ;({ alice } = scene)
  other = await scene.creates('other.test', scene.bob)
  const bobs = await scene.bob.did()
  for (const action of ['read', 'publish']) await granted(scene.bob.permits(other, bobs, action))
  for (const [person, name] of [
    [alice, hello],
    [alice, secret],
    [scene.bob, thing],
  ] as const) {
    const { status, body } = await person.publishes({ name, version: '1.0.0' })
    if (status !== 201) throw new Error(`${name}: ${body.error}`)
  }
  scene.parts.registry.has('left-pad', '1.3.0')
})
afterAll(() => scene?.[Symbol.asyncDispose]())

async function granted(answer: Promise<Response>): Promise<void> {
  const { ok, status } = await answer
  if (!ok) throw new Error(`not granted: ${status}`)
}

const gatewayOf = (person: Person): PersonalGateway => ({ url: scene.url, token: person.token ?? '' })

async function make(person: Person, request: TokenRequest) {
  const pages: string[] = []
  const made = await createToken(gatewayOf(person), request, async ({ authUrl, doneUrl }) => {
    pages.push(await person.browser.reads(authUrl))
    await person.browser.approve(authUrl)
    return collectCode(doneUrl)
  })
  return { ...made, page: pages.join() }
}

function holderOf(token: string, url = scene.url): Person {
  const person = new Person(url, 'nobody')
  person.token = token
  return person
}

async function statuses(holder: Person, paths: readonly string[]): Promise<number[]> {
  return Promise.all(paths.map(async (path) => (await holder.asks(path)).status))
}

const pathsOf = (org: string, name: string) => {
  const file = `${name}/-/${name.split('/')[1]}-1.0.0.tgz`
  return [`/${name}`, `/${name}/1.0.0`, `/${file}`, `/${org}/${file}`]
}

describe('a token of an organisation', () => {
  it('is made by who manages it, and belongs to it', async () => {
    const { token, view, page } = await make(alice, { org: scene.acme, name: 'ci', packages: [hello], days: 90 })
    expect(page).toContain('acme.test')
    expect(page).toContain('Organisation')
    expect(view).toMatchObject({ account: scene.acme, access: 'read-only', createdBy: await alice.did() })
    const ci = holderOf(token)
    expect(await (await ci.asks('/-/whoami')).json()).toEqual({ username: 'acme.test (token ci)' })
    const listed = await listTokens(gatewayOf(alice), scene.acme)
    expect(listed).toContainEqual(expect.objectContaining({ key: view.key, name: 'ci', packages: [hello] }))
    expect(await listTokens(gatewayOf(alice), undefined)).not.toContainEqual(expect.objectContaining({ name: 'ci' }))
  })

  it('is not for others to make, see or end, and never writes', async () => {
    const forbidden = { status: 403, message: expect.stringContaining('"manage" is missing') }
    await expect(make(scene.bob, { org: scene.acme, name: 'x' })).rejects.toMatchObject(forbidden)
    await expect(listTokens(gatewayOf(scene.bob), scene.acme)).rejects.toMatchObject(forbidden)
    const [first] = await listTokens(gatewayOf(alice), scene.acme)
    await expect(revokeToken(gatewayOf(scene.bob), first?.key ?? '', scene.acme)).rejects.toMatchObject(forbidden)
    await expect(revokeToken(gatewayOf(scene.bob), first?.key ?? '', other)).rejects.toMatchObject({ status: 404 })
    const writing = { org: scene.acme, name: 'x', access: 'read-write' }
    await expect(make(alice, writing)).rejects.toMatchObject({
      status: 400,
      message: expect.stringContaining('only read'),
    })
  })

  it('reads what it covers of its organisation, public packages, and nothing else', async () => {
    const { token } = await make(alice, { org: scene.acme, name: 'narrow', packages: [hello] })
    const ci = holderOf(token)
    expect(await statuses(ci, pathsOf(scene.acme, hello))).toEqual([200, 200, 200, 200])
    expect(await statuses(ci, ['/left-pad', '/left-pad/-/left-pad-1.3.0.tgz'])).toEqual([200, 200])
    expect(await statuses(ci, pathsOf(scene.acme, secret))).toEqual([404, 404, 404, 404])
    expect(await statuses(ci, pathsOf(other, thing))).toEqual([404, 404, 404, 404])
    expect(await statuses(ci, [`/xrpc/${app.npm.registry.listOrgs.$nsid}`, '/-/npm/v1/user'])).toEqual([403, 200])
    expect(await ci.puts(hello, await bodyOf({ name: hello, version: '2.0.0' }))).toMatchObject({ status: 403 })
    await expect(listTokens({ url: scene.url, token }, scene.acme)).rejects.toMatchObject({ status: 403 })
  })

  it('reads of other organisations what everyone may read', async () => {
    const { token } = await make(alice, { org: scene.acme, name: 'wide' })
    const ci = holderOf(token)
    expect(await statuses(ci, pathsOf(scene.acme, secret))).toEqual([200, 200, 200, 200])
    expect(await statuses(ci, pathsOf(other, thing))).toEqual([404, 404, 404, 404])
    await granted(scene.bob.permits(other, 'everyone', 'read'))
    expect(await statuses(ci, pathsOf(other, thing))).toEqual([200, 200, 200, 200])
  })

  it('ends when it is revoked, by itself or by who manages', async () => {
    const { token, view } = await make(alice, { org: scene.acme, name: 'short' })
    await revokeToken(gatewayOf(alice), view.key, scene.acme)
    expect((await holderOf(token).asks('/-/whoami')).status).toBe(401)
    const again = await make(alice, { org: scene.acme, name: 'shorter' })
    const ci = holderOf(again.token)
    expect((await ci.asks(`/-/user/token/${again.token}`, { method: 'DELETE' })).status).toBe(200)
    expect((await ci.asks('/-/whoami')).status).toBe(401)
  })
})

describe('a CI job with an ID token', () => {
  let ci: TestIdentityProvider
  let gateway: Gateway
  beforeAll(async () => {
    ci = await TestIdentityProvider.start()
    const rules: CiRule[] = [
      { claims: { repository_owner_id: 123, ref: 'refs/heads/main' }, org: 'acme.test', packages: [hello] },
      { claims: { repository_owner_id: 456 }, org: 'nobody.test' },
    ]
    const config = { issuers: [{ issuer: ci.config.issuer, audience: 'https://npm.acme.test', rules }] }
    const listen = { host: '127.0.0.1', port: 0 }
    const dataDir = `${scene.parts.gateway.dataDir}-ci`
    gateway = await Gateway.start({ ...scene.parts.gateway, ci: config, listen, dataDir })
  })
  afterAll(async () => {
    await gateway?.[Symbol.asyncDispose]()
    await ci?.[Symbol.asyncDispose]()
  })

  const now = () => Math.floor(Date.now() / 1000)
  let jobs = 0

  function claimsOfJob(changes: Record<string, unknown> = {}): Record<string, unknown> {
    jobs += 1
    const times = { iat: now(), nbf: now(), exp: now() + 300 }
    const claims = { repository_owner_id: '123', ref: 'refs/heads/main', sub: 'repo:whatever', jti: `job-${jobs}` }
    return { iss: ci.config.issuer, aud: 'https://npm.acme.test', ...times, ...claims, ...changes }
  }

  async function exchange(idToken: string, more: object = {}) {
    const init = { method: 'POST', headers: { 'content-type': 'application/json' } }
    const body = JSON.stringify({ idToken, ...more })
    const answer = await fetch(`${gateway.url}/xrpc/${app.npm.gateway.exchangeToken.$nsid}`, { ...init, body })
    return { status: answer.status, body: (await answer.json()) as Record<string, never> & { token: string } }
  }

  it('gets a token that only reads, only what the rule says, and only for an hour', async () => {
    const { status, body } = await exchange(await ci.sign(claimsOfJob()))
    expect(status).toBe(200)
    const view = body['view'] as unknown as { access: string; packages: string[]; expiresAt: string; createdBy: string }
    expect(view).toMatchObject({ access: 'read-only', packages: [hello], createdBy: ci.config.issuer })
    expect(Date.parse(view.expiresAt) - Date.now()).toBeLessThanOrEqual(3600_000)
    const job = holderOf(body.token, gateway.url)
    expect(await statuses(job, pathsOf(scene.acme, hello))).toEqual([200, 200, 200, 200])
    expect(await statuses(job, pathsOf(scene.acme, secret))).toEqual([404, 404, 404, 404])
    expect((await job.puts(hello, await bodyOf({ name: hello, version: '3.0.0' }))).status).toBe(403)
    await using issued = await IssuedTokens.of(scene.parts.gateway.database)
    const entry = (await issued.audited('token.issued')).at(-1)
    expect(entry).toMatchObject({ actor: ci.config.issuer, details: { account: 'acme.test', address: '127.0.0.1' } })
    expect(JSON.stringify(entry)).not.toContain(body.token)
  })

  it('gets one token for one ID token, where its issuer numbers them', async () => {
    const numbered = await ci.sign(claimsOfJob())
    const answers = await Promise.all([exchange(numbered), exchange(numbered)])
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 401])
    expect((await exchange(numbered)).body).toMatchObject({ error: 'ReplayedToken' })
    const unnumbered = await ci.sign(claimsOfJob({ jti: undefined }))
    expect([(await exchange(unnumbered)).status, (await exchange(unnumbered)).status]).toEqual([200, 200])
  })

  it.each<[string, Record<string, unknown>, string, string]>([
    ['for another audience', { aud: 'https://elsewhere.test' }, 'JobTokenRefused', 'https://npm.acme.test'],
    ['that has expired', { exp: 1 }, 'JobTokenRefused', 'expired'],
    ['that never expires', { exp: undefined }, 'JobTokenRefused', '"exp"'],
    ['without a time', { iat: undefined }, 'JobTokenRefused', '"iat"'],
    ['from the future', { iat: 4_000_000_000, exp: 4_000_000_300 }, 'JobTokenRefused', 'future'],
    ['that is not valid yet', { nbf: 4_000_000_000 }, 'JobTokenRefused', 'not valid yet'],
    [
      'of another issuer',
      { iss: 'https://ci.example' },
      'JobTokenRefused',
      'https://ci.example is not in "ci.issuers"',
    ],
    ['of another branch', { ref: 'refs/heads/evil' }, 'NoRuleMatches', 'ref is refs/heads/evil'],
    ['of another owner', { repository_owner_id: '1234' }, 'NoRuleMatches', 'repository_owner_id is 1234'],
    ['that leaves a claim out', { ref: undefined }, 'NoRuleMatches', 'ref is not there'],
    [
      'whose rule names no organisation',
      { repository_owner_id: '456' },
      'NoRuleMatches',
      'no organisation nobody.test',
    ],
  ])('gets nothing for a token %s', async (_what, changes, code, says) => {
    const { status, body } = await exchange(await ci.sign(claimsOfJob(changes)))
    expect([status, body]).toEqual([
      code === 'NoRuleMatches' ? 403 : 401,
      expect.objectContaining({ error: code, message: expect.stringContaining(says) }),
    ])
  })

  it('gets nothing for what its issuer did not sign', async () => {
    await using forger = await TestIdentityProvider.start()
    const forged = await forger.sign(claimsOfJob())
    expect((await exchange(forged)).body).toMatchObject({
      error: 'JobTokenRefused',
      message: expect.stringContaining('signature'),
    })
    const [head = '', body = ''] = (await ci.sign(claimsOfJob())).split('.')
    const unsigned = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${body}.`
    for (const rubbish of [unsigned, `${head}.${body}.`, 'rubbish']) expect((await exchange(rubbish)).status).toBe(401)
    expect((await exchange('x'.repeat(20_000))).status).toBe(400)
  })

  it('may say of which organisation', async () => {
    expect((await exchange(await ci.sign(claimsOfJob()), { org: 'acme.test' })).status).toBe(200)
    const refused = await exchange(await ci.sign(claimsOfJob()), { org: 'other.test' })
    expect([refused.status, refused.body]).toEqual([403, expect.objectContaining({ error: 'NoRuleMatches' })])
  })

  it('installs by what docs/ci.md says', async () => {
    const home = await mkdtemp(join(tmpdir(), 'atoll-ci-job-'))
    const docs = await readFile(join(import.meta.dirname, '../../../docs/ci.md'), 'utf8')
    const [script = ''] = [...docs.matchAll(/```sh\n(.*?)```/gs)].flatMap(([, block = '']) =>
      block.includes('exchangeToken') ? block : [],
    )
    const idToken = await ci.sign(claimsOfJob())
    const env = { PATH: process.env['PATH'], HOME: home, REGISTRY: gateway.url, ID_TOKEN: idToken }
    const run = (command: string) => promisify(execFile)('sh', ['-euc', command], { cwd: home, env })
    try {
      expect((await run(script)).stdout).toBe('acme.test (token CI job)\n')
      expect((await run(`npm view ${hello} version`)).stdout).toBe('1.0.0\n')
      await expect(run(`npm view ${secret} version`)).rejects.toMatchObject({ stderr: expect.stringContaining('E404') })
    } finally {
      await rm(home, { recursive: true, force: true })
    }
  })

  it('is let in by no gateway that has no rules', async () => {
    const input = { idToken: await ci.sign(claimsOfJob()) }
    const nsid = app.npm.gateway.exchangeToken.$nsid
    await expect(callGateway({ url: scene.url, token: 'none' }, { nsid, input })).rejects.toMatchObject({ status: 401 })
  })
})
