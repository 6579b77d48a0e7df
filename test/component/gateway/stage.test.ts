import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { app } from '#lexicons'
import type { PackageSource } from '#test/support/package-folder.ts'
import { GatewayScene } from './gateway-scene.ts'
import { IssuedTokens } from './issued-tokens.ts'
import { type Answer, approved, asks, writes } from './npm-requests.ts'
import { bodyOf, Person } from './person.ts'

let scene: GatewayScene
let issued: IssuedTokens
/** Manages, and publishes. */
let alice: Person
/** Approves. */
let bob: Person

beforeAll(async () => {
  scene = await GatewayScene.opens()
  ;({ alice, bob } = scene)
  issued = await IssuedTokens.of(scene.parts.gateway.database)
  for (const action of ['read', 'approve']) await scene.permits(await bob.did(), action)
})
afterAll(async () => {
  await issued?.[Symbol.asyncDispose]()
  await scene?.[Symbol.asyncDispose]()
})

const stagePath = (name: string) => `/-/stage/package/${name.replace('/', '%2f')}`
/** `npm stage publish` */
const stages = async (who: Person, source: PackageSource, changes = {}): Promise<Answer> =>
  asks(who, 'POST', stagePath(source.name), await bodyOf(source, changes))
const idOf = ({ body }: Answer) => String(body['stageId'])
const listed = async (who: Person, name: string) =>
  (await asks(who, 'GET', `/-/stage?page=0&perPage=100&package=${encodeURIComponent(name)}`)).body as {
    items: Record<string, unknown>[]
    total: number
  }
const isInstallable = async (name: string, version: string) => (await alice.asks(`/${name}/${version}`)).status === 200
const parked = () => readdir(join(scene.parts.gateway.dataDir, 'parked'))
const token = async (who: Person, handle: string, limits: object) =>
  Person.holding(await issued.issue({ did: await who.did(), handle, ...limits }), scene.url)

describe('npm stage publish', () => {
  it('parks a version, which nobody can install until somebody else approves it', async () => {
    const name = '@acme.test/staged'
    const staged = await stages(alice, { name, version: '1.0.0' })
    expect(staged).toMatchObject({ status: 201, body: { stageId: expect.any(String) } })
    expect(await isInstallable(name, '1.0.0')).toBe(false)

    const path = `/-/stage/${idOf(staged)}`
    expect((await asks(bob, 'GET', path)).body).toMatchObject({
      id: idOf(staged),
      packageName: name,
      version: '1.0.0',
      tag: 'latest',
      actor: 'alice.people.test',
      actorType: 'user',
    })
    const asked = await asks(bob, 'POST', `${path}/approve`)
    expect(asked).toMatchObject({ status: 401, body: { code: 'OneTimePasswordRequired' } })
    const page = await bob.browser.reads(String(asked.body['authUrl']))
    expect(page).toContain('Staged by alice.people.test')
    const code = await approved(bob, asked)
    expect(await asks(bob, 'POST', `${path}/approve`, undefined, code)).toMatchObject({ status: 201 })
    expect(await isInstallable(name, '1.0.0')).toBe(true)
    const packument = (await asks(alice, 'GET', `/${name}`)).body
    // bob may approve and not publish: the tag counts by his approval of this very version.
    expect(packument).toMatchObject({ 'dist-tags': { latest: '1.0.0' } })
    expect((await listed(bob, name)).total).toBe(0)
  })

  it('gives one stage for the same bytes, and refuses others for the same version', async () => {
    const name = '@acme.test/again'
    const first = await stages(alice, { name, version: '1.0.0' })
    expect(idOf(await stages(alice, { name, version: '1.0.0' }))).toBe(idOf(first))
    const other = await stages(alice, { name, version: '1.0.0', files: { 'new.js': '1' } })
    expect(other).toMatchObject({ status: 409, body: { code: 'AlreadyStaged' } })
  })

  it('takes what may be published, and no more', async () => {
    expect(await stages(bob, { name: '@acme.test/bobs', version: '1.0.0' })).toMatchObject({
      status: 403,
      body: { code: 'Forbidden' },
    })
    await alice.publishes({ name: '@acme.test/there', version: '1.0.0' })
    const there = await stages(alice, { name: '@acme.test/there', version: '1.0.0', files: { 'new.js': '1' } })
    expect(there).toMatchObject({ status: 403, body: { code: 'VersionExists' } })
    const reader = await token(alice, 'alice.people.test', { access: 'read-only' })
    expect(await stages(reader, { name: '@acme.test/read', version: '1.0.0' })).toMatchObject({
      status: 403,
      body: { code: 'TokenReadOnly' },
    })
  })

  it('survives a restart of the gateway, bytes and all', async () => {
    const name = '@acme.test/lasting'
    const id = idOf(await stages(alice, { name, version: '1.0.0' }))
    await scene.stops('gateway')
    await scene.starts('gateway')
    expect((await bob.asks(`/-/stage/${id}/tarball`)).status).toBe(200)
    expect(await writes(bob, 'POST', `/-/stage/${id}/approve`)).toMatchObject({ status: 201 })
    expect(await isInstallable(name, '1.0.0')).toBe(true)
  })
})

describe('what is staged', () => {
  it('is seen by who staged it and who may approve it, and by nobody else', async () => {
    const name = '@acme.test/seen'
    const id = idOf(await stages(alice, { name, version: '1.0.0' }))
    const carol = new Person(scene.url, 'carol')
    await carol.signsIn()
    await scene.permits(await carol.did(), 'read')
    for (const [who, total] of [
      [alice, 1],
      [bob, 1],
      [carol, 0],
    ] as const) {
      expect((await listed(who, name)).total).toBe(total)
      expect((await who.asks(`/-/stage/${id}`)).status).toBe(total === 1 ? 200 : 404)
      expect((await who.asks(`/-/stage/${id}/tarball`)).status).toBe(total === 1 ? 200 : 404)
    }
    expect((await carol.asks(`/-/stage/${id}/approve`, { method: 'POST' })).status).toBe(404)
    expect((await carol.asks(`/-/stage/${id}`, { method: 'DELETE' })).status).toBe(404)
    expect((await asks(bob, 'GET', '/-/stage/rubbish')).body).toMatchObject({ code: 'StageNotFound' })
  })

  it('is not approved by who staged it, whatever they may', async () => {
    await scene.permits(await alice.did(), 'approve')
    const id = idOf(await stages(alice, { name: '@acme.test/own', version: '1.0.0' }))
    const refused = await asks(alice, 'POST', `/-/stage/${id}/approve`)
    expect(refused).toMatchObject({ status: 403, body: { code: 'OwnStage' } })
  })

  it('is not approved with a token that may only stage, nor with one of another package', async () => {
    const name = '@acme.test/limited'
    const id = idOf(await stages(alice, { name, version: '1.0.0' }))
    const stager = await token(bob, 'bob.people.test', { access: 'read-write-stage-only' })
    for (const [method, path] of [
      ['POST', `/-/stage/${id}/approve`],
      ['DELETE', `/-/stage/${id}`],
    ] as const) {
      expect(await asks(stager, method, path)).toMatchObject({ status: 403, body: { code: 'TokenStageOnly' } })
    }
    const other = await token(bob, 'bob.people.test', { packages: ['@acme.test/other'] })
    expect(await asks(other, 'POST', `/-/stage/${id}/approve`)).toMatchObject({ status: 404 })
  })

  it('is staged with a token that may stage and no more', async () => {
    const name = '@acme.test/ci'
    const stager = await token(alice, 'alice.people.test', { access: 'read-write-stage-only' })
    expect(await stages(stager, { name, version: '1.0.0' })).toMatchObject({ status: 201 })
    const published = await stager.puts(name, await bodyOf({ name, version: '1.0.0' }))
    expect(published).toMatchObject({ status: 403, body: { code: 'TokenStageOnly' } })
  })

  it('is rejected with a reason, which who staged it can read, and its bytes go', async () => {
    const name = '@acme.test/rejected'
    const before = await parked()
    const id = idOf(await stages(alice, { name, version: '1.0.0', files: { 'only.js': 'here' } }))
    const [own = ''] = (await parked()).filter((file) => !before.includes(file))
    expect(own).not.toBe('')
    const rejected = await asks(bob, 'DELETE', `/-/stage/${id}?reason=${encodeURIComponent('no changelog')}`)
    expect(rejected.status).toBe(200)
    expect((await asks(alice, 'GET', `/-/stage/${id}`)).body).toMatchObject({
      state: 'rejected',
      'rejected by': 'bob.people.test',
      reason: 'no changelog',
    })
    expect(await asks(bob, 'POST', `/-/stage/${id}/approve`)).toMatchObject({
      status: 409,
      body: { code: 'StageRejected', error: expect.stringContaining('no changelog') },
    })
    // The sweeper's first round is at the start.
    await scene.stops('gateway')
    await scene.starts('gateway')
    expect(await parked()).not.toContain(own)
    expect(await stages(alice, { name, version: '1.0.0' })).toMatchObject({ status: 201 })
  })

  it('is not approved when who staged it may publish no more', async () => {
    const dan = new Person(scene.url, 'dan')
    await dan.signsIn()
    const subject = await dan.did()
    await scene.permits(subject, 'publish')
    const id = idOf(await stages(dan, { name: '@acme.test/left', version: '1.0.0' }))
    const rule = { id: `publish-${subject.slice(-8)}`, subject, action: 'publish', packages: '*', effect: 'allow' }
    const { $nsid: procedure } = app.npm.operation.putPermission
    await alice.operates({ org: scene.acme, procedure, input: { ...rule, retired: true } })
    const refused = await asks(bob, 'POST', `/-/stage/${id}/approve`)
    expect(refused).toMatchObject({ status: 403, body: { error: expect.stringContaining('dan.people.test may not') } })
  })

  it('is approved together with others, with one second factor', async () => {
    const names = ['@acme.test/one', '@acme.test/two', '@acme.test/three']
    const ids = await Promise.all(names.map(async (name) => idOf(await stages(alice, { name, version: '1.0.0' }))))
    for (const id of ids) await asks(bob, 'POST', `/-/stage/${id}/approve`)
    const factors = bob.browser.secondFactors()
    const code = await bob.browser.approveWaiting(`${scene.parts.net.network.publicUrls.people}/approvals`)
    expect(bob.browser.secondFactors()).toBeLessThanOrEqual(factors + 1)
    for (const id of ids) {
      expect(await asks(bob, 'POST', `/-/stage/${id}/approve`, undefined, code)).toMatchObject({ status: 201 })
    }
    for (const name of names) expect(await isInstallable(name, '1.0.0')).toBe(true)
  })

  it('is bounded, per person and organisation', async () => {
    await scene.stops('gateway')
    const { stage } = scene.parts.gateway
    await scene.starts('gateway', { stage: { ...stage, versionsPerPerson: 1 } })
    const full = await stages(alice, { name: '@acme.test/toomany', version: '1.0.0' })
    expect(full).toMatchObject({ status: 429, body: { code: 'StageFull' } })
    await scene.stops('gateway')
    await scene.starts('gateway')
  })
})
