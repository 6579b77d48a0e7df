import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Gateway } from '#gateway/index.ts'
import { app } from '#lexicons'
import { type GatewayRoute, gatewayRoutes } from './gateway-routes.ts'
import { GatewayScene } from './gateway-scene.ts'
import { IssuedTokens } from './issued-tokens.ts'
import { npmReads } from './npm-reads.ts'
import { bodyOf, Person } from './person.ts'

const hello = '@acme.test/hello'

let scene: GatewayScene
let issued: IssuedTokens
let alice: { did: string; handle: string }
let routes: GatewayRoute[]
beforeAll(async () => {
  scene = await GatewayScene.opens()
  issued = await IssuedTokens.of(scene.parts.gateway.database)
  alice = { did: await scene.alice.did(), handle: 'alice.people.test' }
  const published = await scene.alice.publishes({ name: hello, version: '1.0.0' })
  if (published.status !== 201) throw new Error(published.body.error)
  scene.parts.registry.has('left-pad', '1.3.0')
  routes = await gatewayRoutes(scene.parts.gateway, hello)
})
afterAll(async () => {
  await issued?.[Symbol.asyncDispose]()
  await scene?.[Symbol.asyncDispose]()
})

const holderOf = (token: string | undefined, url = scene.url) => Person.holding(token, url)

interface Answer {
  route: string
  status: number
  code: unknown
  body: string
}

async function answers(token: string | undefined): Promise<Answer[]> {
  const asked: Answer[] = []
  for (const { method, pattern, path } of routes) {
    const answer = await holderOf(token).asks(path, { method, redirect: 'manual' })
    const body = await answer.text()
    const { code, error } = /^\{/.test(body) ? JSON.parse(body) : { code: undefined, error: undefined }
    asked.push({ route: `${method} ${pattern}`, status: answer.status, code: code ?? error, body })
  }
  return asked
}

const nsid = app.npm.gateway
/** Who has no token yet, or another one than npm's. */
const open = [
  'GET /-/ping',
  'HEAD /-/ping',
  'GET /-/exceptions/new',
  'HEAD /-/exceptions/new',
  'POST /-/v1/login',
  'GET /-/v1/done/:secret',
  'HEAD /-/v1/done/:secret',
  'PUT /-/user/*',
  'POST /-/oauth/device_authorization',
  'POST /-/oauth/token',
  // By a job's ID token.
  'POST /-/npm/v1/oidc/token/exchange/package/*',
  `POST /xrpc/${nsid.exchangeToken.$nsid}`,
]
const ofPeers = [
  `GET /xrpc/${nsid.getParked.$nsid}`,
  `HEAD /xrpc/${nsid.getParked.$nsid}`,
  `POST /xrpc/${nsid.setAccess.$nsid}`,
  `POST /xrpc/${nsid.noteBreakGlass.$nsid}`,
  `POST /xrpc/${nsid.noteAudit.$nsid}`,
  `GET /xrpc/${nsid.listAudit.$nsid}`,
  `GET /xrpc/${nsid.listAuditSeals.$nsid}`,
  `HEAD /xrpc/${nsid.listAuditSeals.$nsid}`,
  `HEAD /xrpc/${nsid.listAudit.$nsid}`,
  `POST /xrpc/${nsid.noteException.$nsid}`,
]
const closed = (answer: Answer) => !open.includes(answer.route)
const closedToPeople = (answer: Answer) => closed(answer) && !ofPeers.includes(answer.route)

describe('every route', () => {
  it('needs a token, and one that is known', async () => {
    for (const token of [undefined, 'npm_0000000000000000000000000000000000000000', 'rubbish']) {
      for (const { route, status } of (await answers(token)).filter(closed))
        expect([route, status]).toEqual([route, 401])
    }
  })

  it('refuses a token from an address that is not its own, and says which that is', async () => {
    const token = await issued.issue({ ...alice, cidrs: ['10.0.0.0/8', '2001:db8::/32'] })
    for (const { route, status, code, body } of (await answers(token)).filter(closedToPeople)) {
      expect([route, status]).toEqual([route, 403])
      if (!route.startsWith('HEAD'))
        expect([route, code, body]).toEqual([route, 'AddressNotAllowed', expect.stringContaining('127.0.0.1')])
    }
    const refusals = (await issued.audited('token.refused')).filter(
      ({ details }) => details['code'] === 'AddressNotAllowed',
    )
    // One line for a minute of it.
    expect(refusals).toMatchObject([{ actor: alice.did, details: { address: '127.0.0.1' } }])
  })

  it('that writes refuses a token that only reads', async () => {
    const token = await issued.issue({ ...alice, access: 'read-only', name: 'reader' })
    const writing = (await answers(token)).filter(closedToPeople).filter(({ route }) => !/^(GET|HEAD) /.test(route))
    const allowed = writing.filter(({ code }) => code !== 'TokenReadOnly').map(({ route }) => route)
    // These end the very token they are called with; and audits only read, though by POST.
    expect(allowed.sort()).toEqual([
      'DELETE /-/npm/v1/tokens/token/:which',
      'DELETE /-/user/token/:token',
      'POST /-/npm/v1/security/advisories/bulk',
      'POST /-/npm/v1/security/audits',
      'POST /-/npm/v1/security/audits/quick',
    ])
    for (const { code, status, body } of writing.filter(({ code }) => code === 'TokenReadOnly')) {
      expect([code, status]).toEqual(['TokenReadOnly', 403])
      expect(body).toContain('\\"reader\\" may only read')
    }
  })

  it('knows nothing of packages that a token does not cover', async () => {
    const token = await issued.issue({ ...alice, packages: ['@acme.test/other'] })
    const about = (await answers(token)).filter(closedToPeople).filter(({ route }) => /^(GET|HEAD) /.test(route))
    for (const { route, status, body } of about) {
      if (status === 200) expect([route, body]).toEqual([route, expect.not.stringContaining(hello)])
      else expect([route, status]).toEqual([route, expect.toSatisfy((s) => [400, 403, 404, 405].includes(s))])
    }
    const paths = [
      `/${hello}`,
      `/${hello}/1.0.0`,
      `/-/package/${encodeURIComponent(hello)}/dist-tags`,
      `/${hello}/-/hello-1.0.0.tgz`,
      `/${scene.acme}/${hello}/-/hello-1.0.0.tgz`,
    ]
    for (const path of paths) {
      expect([path, (await holderOf(token).asks(path)).status]).toEqual([path, 404])
      expect([path, (await scene.alice.asks(path)).status]).toEqual([path, 200])
    }
    const search = new URLSearchParams({ org: scene.acme, name: hello, version: '1.0.0' })
    for (const { $nsid } of [app.npm.registry.getVersion, app.npm.registry.getTrust]) {
      const path = `/xrpc/${$nsid}?${search}`
      expect([path, (await holderOf(token).asks(path)).status]).toEqual([path, 404])
      expect([path, (await scene.alice.asks(path)).status]).toEqual([path, 200])
    }
  })
})

describe('npm asks, and', () => npmReads(() => ({ scene, issued })))

describe('a token', () => {
  it('reads public packages whatever private ones it covers', async () => {
    const token = await issued.issue({ ...alice, access: 'read-only', packages: [hello] })
    for (const path of ['/left-pad', '/left-pad/-/left-pad-1.3.0.tgz', `/${hello}`, `/${hello}/-/hello-1.0.0.tgz`]) {
      expect([path, (await holderOf(token).asks(path)).status]).toEqual([path, 200])
    }
  })

  it.each([
    ['stage-only', { access: 'read-write-stage-only' }, 'TokenStageOnly', 'npm stage publish'],
    ['another package’s', { packages: ['@acme.test/other'] }, 'TokenTooNarrow', 'publishing @acme.test/hello'],
    ['read-only', { access: 'read-only' }, 'TokenReadOnly', 'PUT /@acme.test%2fhello'],
  ] as const)('that is %s does not publish', async (_what, limits, code, says) => {
    const packages = 'packages' in limits ? [...limits.packages] : null
    const token = await issued.issue({ ...alice, ...limits, packages })
    const answer = await holderOf(token).puts(hello, await bodyOf({ name: hello, version: '2.0.0' }))
    expect(answer).toMatchObject({ status: 403, body: { code, error: expect.stringContaining(says) } })
  })

  it('covers its package for publishing, and changes no team', async () => {
    const token = await issued.issue({ ...alice, packages: ['@acme.test/*'] })
    const holder = holderOf(token)
    const answer = await holder.puts(hello, await bodyOf({ name: hello, version: '2.0.0' }))
    expect(answer).toMatchObject({ status: 401, body: { authUrl: expect.any(String) } })
    const refused = await holder.permits(scene.acme, alice.did, 'approve')
    expect([refused.status, await refused.json()]).toEqual([403, expect.objectContaining({ error: 'TokenTooNarrow' })])
  })

  it('says when and from where it was used', async () => {
    const token = await issued.issue({ ...alice, name: 'used' })
    await holderOf(token).asks('/-/whoami')
    const row = (await issued.store.list(alice.did, { offset: 0, limit: 100 })).find(({ name }) => name === 'used')
    expect(row).toMatchObject({ last_used_from: '127.0.0.1', seen_from: ['127.0.0.1'] })
    await holderOf(token).asks('/-/whoami')
    const uses = (await issued.audited('token.used')).filter(({ subject }) => subject === row?.id)
    expect(uses).toMatchObject([{ details: { name: 'used', address: '127.0.0.1' } }])
  })
})

describe('behind a proxy', () => {
  const from = (address: string) => ({ headers: { 'x-forwarded-for': address } })

  it('the address is what the proxy saw; what a client says of itself counts for nothing', async () => {
    const token = await issued.issue({ ...alice, cidrs: ['203.0.113.0/24'] })
    const direct = await holderOf(token).asks('/-/whoami', from('203.0.113.7'))
    expect([direct.status, await direct.json()]).toEqual([
      403,
      expect.objectContaining({ error: expect.stringContaining('127.0.0.1') }),
    ])
    await using behind = await anotherGateway({ trustedProxies: ['127.0.0.0/8'] })
    const asks = async (address: string) => (await holderOf(token, behind.url).asks('/-/whoami', from(address))).status
    expect(await asks('203.0.113.7')).toBe(200)
    expect(await asks('198.51.100.1, 203.0.113.7')).toBe(200)
    expect(await asks('203.0.113.7, 198.51.100.1')).toBe(403)
    expect(await asks('203.0.113.7:4711')).toBe(403)
  })
})

/** Another replica, on the same database. */
function anotherGateway(changes: Partial<Parameters<typeof Gateway.start>[0]> = {}): Promise<Gateway> {
  const { gateway } = scene.parts
  return Gateway.start({
    ...gateway,
    listen: { host: '127.0.0.1', port: 0 },
    dataDir: `${gateway.dataDir}-2`,
    ...changes,
  })
}

describe('a revoked token', () => {
  const statusAt = async (url: string, token: string) => (await holderOf(token, url).asks('/-/whoami')).status

  it('dies at once where it was revoked, and within two seconds in every replica', async () => {
    await using other = await anotherGateway()
    const token = await issued.issue(alice)
    expect([await statusAt(scene.url, token), await statusAt(other.url, token)]).toEqual([200, 200])
    const ended = await holderOf(token).asks(`/-/npm/v1/tokens/token/${token}`, { method: 'DELETE' })
    expect(ended.status).toBe(204)
    expect(await statusAt(scene.url, token)).toBe(401)
    await expect.poll(() => statusAt(other.url, token), { timeout: 2_000, interval: 50 }).toBe(401)
  })

  it('is one of all that somebody has, when they leave', async () => {
    const carol = { did: 'did:plc:cccccccccccccccccccccccc', handle: 'carol.people.test' }
    const tokens = [await issued.issue(carol), await issued.issue({ ...carol, access: 'read-only' })]
    const ofOrg = await issued.issue({
      did: scene.acme,
      handle: 'acme.test',
      owner: 'org',
      access: 'read-only',
      created_by: carol.did,
    })
    for (const token of [...tokens, ofOrg]) expect(await statusAt(scene.url, token)).toBe(200)
    expect(await issued.store.revokeAllOf(carol.did, alice.did)).toBe(2)
    for (const token of tokens) {
      await expect.poll(() => statusAt(scene.url, token), { timeout: 2_000, interval: 50 }).toBe(401)
    }
    expect(await statusAt(scene.url, ofOrg)).toBe(200)
    const revoked = (await issued.audited('token.revoked')).filter(({ actor }) => actor === alice.did)
    expect(revoked.length).toBeGreaterThanOrEqual(2)
  })
})
