import { appendFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { collectCode } from '#appliance/admin/collect-code.ts'
import { Npm } from '#appliance/tour/npm.ts'
import type { NewToken } from '#gateway/auth/token/index.ts'
import { packageFolder } from '#test/support/package-folder.ts'
import { GatewayScene } from './gateway-scene.ts'
import { IssuedTokens } from './issued-tokens.ts'
import { Person } from './person.ts'
import { TokenDesk } from './token-desk.ts'

let scene: GatewayScene
let alice: Person
let desk: TokenDesk
beforeAll(async () => {
  scene = await GatewayScene.opens()
  ;({ alice } = scene)
  desk = new TokenDesk(alice)
})
afterAll(() => scene?.[Symbol.asyncDispose]())

function holderOf(token: string): Person {
  const person = new Person(scene.url, 'alice')
  person.token = token
  return person
}

describe('npm token create', () => {
  it('makes exactly the token that the page showed, after a second factor', async () => {
    const { made, page } = await desk.makes({
      name: 'ci',
      packages: ['@acme.test/hello'],
      scopes: ['tools'],
      packages_and_scopes_permission: 'read-only',
      cidr_whitelist: ['127.0.0.0/8'],
      expires: 7,
    })
    for (const shown of ['ci', '@acme.test/hello', '@tools/*', '127.0.0.0/8', 'read-only', 'alice.people.test']) {
      expect(page).toContain(shown)
    }
    expect(made).toMatchObject({
      token: expect.stringMatching(/^npm_[0-9A-Za-z]{40}$/),
      name: 'ci',
      readonly: true,
      cidr_whitelist: ['127.0.0.0/8'],
      permissions: [{ name: 'package', action: 'read' }],
      scopes: [
        { type: 'package', name: '@acme.test/hello' },
        { type: 'package', name: '@tools/*' },
      ],
    })
    const days = (Date.parse(String(made['expires'])) - Date.now()) / (24 * 3600_000)
    expect(days).toBeCloseTo(7, 1)
    const listed = (await desk.lists()).find(({ key }) => key === made.key)
    expect(listed).toMatchObject({ name: 'ci', token: made.token.slice(0, 8), accessed: null })
    expect(JSON.stringify(listed)).not.toContain(made.token)
    await using issued = await IssuedTokens.of(scene.parts.gateway.database)
    const log = await issued.audited('token.issued')
    expect(log.at(-1)).toMatchObject({ actor: await alice.did(), subject: made.key, details: { access: 'read-only' } })
    expect(JSON.stringify(log)).not.toContain(made.token)
  })

  it('needs the person, and makes nothing but what they were asked about', async () => {
    const asked = await desk.asks({ name: 'small', packages_and_scopes_permission: 'read-only' })
    expect([asked.status, asked.headers.get('www-authenticate')]).toEqual([401, 'OTP'])
    const { authUrl = '', doneUrl = '' } = (await asked.json()) as Record<string, string>
    const early = await desk.asks({ name: 'small', packages_and_scopes_permission: 'read-only' }, 'AAAA-BBBB-CCCC-DDDD')
    expect([early.status, await early.json()]).toEqual([401, expect.objectContaining({ code: 'InvalidCode' })])
    await alice.browser.approve(authUrl)
    const code = await collectCode(doneUrl)
    const before = (await desk.lists()).length
    // The code is for that token and no other: a wider one has to be asked for anew.
    const wider = await desk.asks({ name: 'small', packages_and_scopes_permission: 'read-write' }, code)
    expect([wider.status, await wider.json()]).toEqual([401, expect.objectContaining({ authUrl: expect.any(String) })])
    expect((await desk.lists()).length).toBe(before)
    const made = await desk.asks({ name: 'small', packages_and_scopes_permission: 'read-only' }, code)
    expect(made.status).toBe(201)
    const again = await desk.asks({ name: 'small', packages_and_scopes_permission: 'read-only' }, code)
    expect(again.status).toBe(401)
  })

  it('is for those with all their rights: a limited token makes, sees and ends no other', async () => {
    await using issued = await IssuedTokens.of(scene.parts.gateway.database)
    const account = { did: await alice.did(), handle: 'alice.people.test' }
    const limits: Partial<NewToken>[] = [
      { access: 'read-write-stage-only' },
      { packages: ['@acme.test/*'] },
      { cidrs: ['127.0.0.0/8'] },
    ]
    for (const limit of limits) {
      const token = await issued.issue({ ...account, ...limit, name: 'limited' })
      const limited = new TokenDesk(holderOf(token))
      const asked = await limited.asks({ name: 'more', packages_and_scopes_permission: 'read-only' })
      expect([asked.status, await asked.json()]).toEqual([403, expect.objectContaining({ code: 'TokenLimited' })])
      const [itself, ...others] = await limited.lists()
      expect([itself?.name, others]).toEqual(['limited', []])
      const [first] = await desk.lists()
      expect((await limited.ends(first?.key ?? '')).status).toBe(403)
      expect((await limited.ends(itself?.key ?? '')).status).toBe(204)
      expect((await limited.person.asks('/-/whoami')).status).toBe(401)
    }
  })

  it.each([
    [{ name: 'x', expires: 91, packages_and_scopes_permission: 'read-write' }, '90 days at most'],
    [{ name: 'x', expires: 366 }, '365 days at most'],
    [{ name: 'x', cidr_whitelist: ['10.0.0.0'] }, 'not a network'],
    [{ name: 'x', packages: ['no/such/*/pattern'] }, 'not a package name'],
    [{ name: 'x', bypass_2fa: true }, 'second factor'],
  ])('refuses %j', async (body, reason) => {
    const answer = await desk.asks(body)
    const { error } = (await answer.json()) as { error: string }
    expect([answer.status, error]).toEqual([400, expect.stringContaining(reason)])
  })

  it('lists many a page at a time, and ends no token of others', async () => {
    await using issued = await IssuedTokens.of(scene.parts.gateway.database)
    const bob = { did: await scene.bob.did(), handle: 'bob.people.test' }
    for (let index = 0; index < 3; index += 1) await issued.issue({ ...bob, name: `one of bob's ${index}` })
    const desks = new TokenDesk(scene.bob)
    const page = async (path: string) =>
      (await (await scene.bob.asks(path)).json()) as {
        objects: { name: string; key: string }[]
        urls: { next?: string }
      }
    const first = await page('/-/npm/v1/tokens?perPage=2')
    expect(first.urls.next).toBe('/-/npm/v1/tokens?page=1&perPage=2')
    const second = await page(first.urls.next ?? '')
    expect(second.urls.next).toBeUndefined()
    const names = [...first.objects, ...second.objects].map(({ name }) => name)
    expect(names).toEqual(['npm login', "one of bob's 0", "one of bob's 1", "one of bob's 2"])
    expect((await desk.ends(first.objects[1]?.key ?? '')).status).toBe(404)
    expect((await desks.ends(first.objects[1]?.key ?? '')).status).toBe(204)
    expect((await scene.bob.asks('/-/npm/v1/tokens?page=-1')).status).toBe(400)
  })
})

describe('stock npm', () => {
  it('lists, creates and revokes tokens, and is told what a token may not do', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'atoll-npm-token-'))
    try {
      const npm = await Npm.create(join(folder, 'home'), scene.url)
      const login = ['login', '--auth-type=web']
      await npm.runInTerminal(npm.home, login, (url) => alice.browser.confirmSignIn(url))
      const flags = ['--packages=@acme.test/*', '--cidr=127.0.0.0/8', '--expires=3', '--password=none']
      const create = ['token', 'create', '--name=from npm', '--packages-and-scopes-permission=read-only', ...flags]
      const created = await npm.runInTerminal(npm.home, create, (url) => alice.browser.approve(url))
      expect(created).toMatchObject({ exitCode: 0, output: expect.stringContaining('with IP whitelist: 127.0.0.0/8') })
      const token = /Created token (npm_\w+)/.exec(created.output)?.[1] ?? ''
      const listed = JSON.parse(
        (await npm.run(npm.home, ['token', 'list', '--json'])).output.replace(/^npm warn.*$/gm, ''),
      )
      expect(listed).toContainEqual(
        expect.objectContaining({ name: 'from npm', token: token.slice(0, 8), readonly: true }),
      )
      expect((await npm.run(npm.home, ['token', 'list'])).output).toMatch(
        /Token npm_\w{4}… with id [0-9a-f]+ name from npm/,
      )

      const ci = await Npm.create(join(folder, 'ci'), scene.url)
      await appendFile(join(ci.home, '.npmrc'), `${scene.url.replace('http:', '')}/:_authToken=${token}\n`)
      expect((await ci.run(ci.home, ['whoami'])).output).toContain('alice.people.test')
      const refused = await ci.run(await packageFolder({ name: '@acme.test/ci', version: '1.0.0' }), ['publish'])
      expect(refused.exitCode).not.toBe(0)
      expect(refused.output).toContain('The token "from npm" may only read')

      expect((await npm.run(npm.home, ['token', 'revoke', token])).output).toContain('Removed 1 token')
      expect((await ci.run(ci.home, ['whoami'])).exitCode).not.toBe(0)
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  })
})
