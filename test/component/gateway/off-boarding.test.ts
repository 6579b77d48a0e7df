import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { DidString } from '@atproto/syntax'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkStaysManaged, findOrg, withoutRule, withRule } from '#appliance/admin/index.ts'
import { Gateway } from '#gateway/index.ts'
import { app } from '#lexicons'
import { gatewayDatabase } from './gateway-database.ts'
import { GatewayScene } from './gateway-scene.ts'
import { bodyOf, Person } from './person.ts'

let scene: GatewayScene
let replica: Gateway
let alice: Person
let bob: Person

beforeAll(async () => {
  scene = await GatewayScene.opens()
  ;({ alice, bob } = scene)
  const { gateway } = scene.parts
  const dataDir = join(gateway.dataDir, 'replica')
  replica = await Gateway.start({ ...gateway, dataDir, listen: { host: '127.0.0.1', port: 0 } })
  await scene.permits(await bob.did(), 'publish')
  await scene.permits('everyone', 'read')
})
afterAll(async () => {
  await replica?.[Symbol.asyncDispose]()
  await scene?.[Symbol.asyncDispose]()
})

const patience = { timeout: 10_000 }
const dids = new Map<Person, string>()

async function sets(person: Person, disabled: boolean) {
  const did = (dids.get(person) ?? (await person.did())) as DidString
  dids.set(person, did)
  const people = await scene.calls('people')
  return people.call(app.npm.operation.setPersonStatus, { input: { did, disabled, reason: 'ticket 4711' } })
}

/** How it is at either replica. */
async function statuses({ token }: Person): Promise<number[]> {
  const ask = async (url: string) =>
    (await fetch(`${url}/-/whoami`, { headers: { authorization: `Bearer ${token}` } })).status
  return Promise.all([scene.url, replica.url].map(ask))
}

/** In the index. */
async function mayRead(person: Person): Promise<boolean> {
  const appview = await scene.calls('appview', 'gateway')
  const actor = (dids.get(person) ?? (await person.did())) as DidString
  const params = { org: scene.acme, actor, action: 'read', package: '@acme.test/legacy' }
  return (await appview.call(app.npm.registry.checkPermission, { params })).allowed
}

/** @returns milliseconds until no replica takes the token */
async function untilDead(person: Person, since: number): Promise<number> {
  while ((await statuses(person)).some((status) => status !== 401)) await pause(10)
  return performance.now() - since
}

describe('who leaves', () => {
  it('has no token anywhere within two seconds, and nothing approved or parked', async () => {
    const published = { name: '@acme.test/legacy', version: '1.0.0' }
    expect(await bob.publishes(published)).toMatchObject({ status: 201 })
    const body = await bodyOf({ name: '@acme.test/parting', version: '1.0.0' })
    const asked = await bob.puts('@acme.test/parting', body)
    const code = await bob.approves(asked)
    const { loginUrl, doneUrl } = (await bob.opensSignIn()).body
    await bob.browser.confirmSignIn(loginUrl)
    // Both replicas know the token by heart.
    expect(await statuses(bob)).toEqual([200, 200])

    const since = performance.now()
    expect(await sets(bob, true)).toMatchObject({ handle: 'bob.people.test', disabled: true, settled: true })
    expect(await untilDead(bob, since)).toBeLessThan(2_000)

    expect(await bob.puts('@acme.test/parting', body, code)).toMatchObject({ status: 401 })
    expect((await fetch(doneUrl)).status).toBe(404)
    expect(await readdir(join(scene.parts.gateway.dataDir, 'parked'))).toEqual([])
    expect((await alice.asks('/@acme.test%2fparting')).status).toBe(404)
  })

  it('is written down, with who decided it', async () => {
    await using database = await gatewayDatabase(scene.parts.gateway.database)
    const entries = await database.db
      .selectFrom('audit_entry')
      .selectAll()
      .where('action', '=', 'person.disabled')
      .execute()
    const by = scene.parts.net.network.peers.appliance.did
    expect(entries).toMatchObject([{ actor: by, subject: dids.get(bob), details: '{"reason":"ticket 4711"}' }])
    expect(await database.audit.findBreak()).toBeUndefined()
  })

  it('signs in no more', async () => {
    const { loginUrl } = (await bob.opensSignIn()).body
    await expect(new Person(scene.url, 'bob').browser.confirmSignIn(loginUrl)).rejects.toThrow('disabled')
  })

  it('does not take along what they published', async () => {
    await scene.forgetsProofs()
    expect((await alice.asks('/@acme.test/legacy/1.0.0')).status).toBe(200)
    expect((await alice.asks('/@acme.test/legacy/-/legacy-1.0.0.tgz')).status).toBe(200)
  })

  it('has no rights in the index, not even those of everyone', async () => {
    await expect.poll(() => mayRead(bob), patience).toBe(false)
    expect(await mayRead(alice)).toBe(true)
  })

  it('can be let in again, without the tokens they had', async () => {
    expect(await sets(bob, false)).toMatchObject({ disabled: false, settled: true })
    expect(await statuses(bob)).toEqual([401, 401])
    await bob.signsIn()
    expect(await statuses(bob)).toEqual([200, 200])
    await expect.poll(() => mayRead(bob), patience).toBe(true)
    expect(await bob.publishes({ name: '@acme.test/back', version: '1.0.0' })).toMatchObject({ status: 201 })
  })

  it('loses their tokens as soon as a gateway that was away is back', async () => {
    await scene.stops('gateway')
    expect(await sets(bob, true)).toMatchObject({ disabled: true, settled: false })
    await scene.starts('gateway')
    expect(await untilDead(bob, performance.now())).toBeLessThan(2_000)
    await sets(bob, false)
  })
})

describe('break-glass, when no manager is left', () => {
  const reason = 'everybody has left'
  let carol: Person

  beforeAll(() => sets(bob, false))

  async function asksRegistry(verb: 'breakGlass' | 'endBreakGlass', person: Person) {
    const people = await scene.calls('people')
    const about = { org: scene.acme, did: await person.did() }
    if (verb === 'endBreakGlass') return people.call(app.npm.operation.endBreakGlass, { input: about })
    return people.call(app.npm.operation.breakGlass, { input: { ...about, seconds: 60, reason } })
  }

  it('lets somebody give rights, with their second factor, and do nothing else', async () => {
    carol = new Person(scene.url, 'carol')
    await carol.signsIn()
    await sets(alice, true)
    expect((await carol.permits(scene.acme, await carol.did(), 'publish')).status).toBe(403)
    const before = carol.browser.secondFactors()

    await asksRegistry('breakGlass', carol)
    const version = { name: '@acme.test/rescued', version: '1.0.0' }
    expect((await carol.publishes(version)).status).toBe(403)
    const permits = async () => (await carol.permits(scene.acme, await carol.did(), 'publish')).status
    await expect.poll(permits, { timeout: 30_000, interval: 100 }).toBe(200)
    expect(carol.browser.secondFactors()).toBeGreaterThan(before)
    // Two halves, as ever.
    expect((await carol.publishes(version)).status).toBe(201)
  })

  it('lets them name a manager who stays, whom no command takes away by accident', async () => {
    const [did, other] = [await carol.did(), dids.get(bob) ?? '']
    expect((await carol.permits(scene.acme, did, 'manage')).status).toBe(200)
    const { network } = scene.parts.net
    const admin = {
      did: network.peers.appliance.did as DidString,
      network,
      people: await scene.calls('people'),
      appview: await scene.calls('appview'),
      org: await scene.calls('org'),
      relay: await scene.calls('relay'),
      gateway: await scene.calls('gateway'),
    }
    const acme = await findOrg(admin, 'acme.test')
    const rule = { subject: did, action: 'manage', packages: '*', effect: 'allow' }
    const refused = 'Nobody would be left who manages acme.test'
    await expect(checkStaysManaged(admin, acme, withoutRule(rule))).rejects.toThrow(refused)
    await expect(checkStaysManaged(admin, acme, withRule({ ...rule, effect: 'deny' }))).rejects.toThrow(refused)
    expect((await carol.permits(scene.acme, other, 'manage')).status).toBe(200)
    await checkStaysManaged(admin, acme, withoutRule(rule))
  })

  it('ends at the gateway and at the organisations’ PDS, and leaves what was decided', async () => {
    const deny = { id: 'no-more', subject: await carol.did(), action: 'manage', packages: '*', effect: 'deny' }
    expect(
      (await carol.operates({ org: scene.acme, procedure: app.npm.operation.putPermission.$nsid, input: deny })).status,
    ).toBe(200)
    await asksRegistry('endBreakGlass', carol)
    const permits = async () => (await carol.permits(scene.acme, 'everyone', 'publish')).status
    await expect.poll(permits, { timeout: 30_000, interval: 100 }).toBe(403)
    expect((await carol.publishes({ name: '@acme.test/rescued', version: '1.0.1' })).status).toBe(201)
  })

  it('is in the audit log, once each', async () => {
    await using database = await gatewayDatabase(scene.parts.gateway.database)
    const entries = await database.db
      .selectFrom('audit_entry')
      .select(['actor', 'action', 'subject', 'details'])
      .where('action', 'like', 'break-glass.%')
      .orderBy('seq')
      .execute()
    const same = { actor: scene.parts.net.network.peers.appliance.did, subject: await carol.did() }
    const details = expect.stringContaining(reason)
    expect(entries).toEqual([
      { ...same, action: 'break-glass.granted', details },
      { ...same, action: 'break-glass.ended', details },
    ])
  })
})
