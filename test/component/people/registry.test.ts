import type { DidString } from '@atproto/syntax'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildRecord } from '#common/records/index.ts'
import { app } from '#lexicons'
import { describeBreakGlass } from './break-glass.ts'
import { Developer } from './developer.ts'
import { Scene } from './scene.ts'

let scene: Scene
let alice: Developer
let bob: Developer

beforeAll(async () => {
  scene = await Scene.open()
  alice = new Developer(scene, 'alice')
  bob = new Developer(scene, 'bob')
  await alice.signsIn()
  await bob.signsIn()
})
afterAll(() => scene?.[Symbol.asyncDispose]())

async function register(managers: string[], as: 'appliance' | 'gateway' = 'appliance') {
  const input = { org: scene.acme as DidString, managers: managers as DidString[] }
  return (await scene.callAs(as)).call(app.npm.operation.registerOrg, { input })
}

describe('the registry', () => {
  it('names an organisation and its first managers, once', async () => {
    await expect(register([])).rejects.toMatchObject({ code: 'InvalidRequest' })
    await expect(register([scene.acme])).rejects.toMatchObject({ code: 'InvalidRequest' })
    const named = await register([bob.did, alice.did])
    expect(named.uri).toBe(`at://${scene.config.registry.did}/${app.npm.registry.org.$type}/${scene.acme}`)
    expect(await register([alice.did, bob.did, alice.did])).toEqual(named)
    await expect(register([bob.did])).rejects.toMatchObject({ code: 'RecordExists' })
  })

  it('listens to the appliance alone', async () => {
    await expect(register([alice.did], 'gateway')).rejects.toMatchObject({ code: 'UntrustedIssuer' })
    const asked = (await scene.callAs('gateway')).call(app.npm.operation.listPeople, { params: { limit: 10 } })
    await expect(asked).rejects.toMatchObject({ code: 'UntrustedIssuer' })
  })

  it('lists people page by page', async () => {
    const appliance = await scene.callAs('appliance')
    const first = await appliance.call(app.npm.operation.listPeople, { params: { limit: 1 } })
    const { cursor } = first
    const rest = await appliance.call(app.npm.operation.listPeople, {
      params: { limit: 10, ...(cursor && { cursor }) },
    })
    const dids = [...first.people, ...rest.people].map(({ did }) => did)
    expect(dids.sort()).toEqual([alice.did, bob.did].sort())
    expect(rest.cursor).toBeUndefined()
  })
})

describeBreakGlass(() => ({ scene, alice, bob }))

describe('a name is granted', () => {
  const grantUri = (key: string) => `at://${scene.config.registry.did}/${app.npm.name.grant.$type}/${key}`

  async function grant(name: string, { org = scene.acme, as = 'appliance' as 'appliance' | 'gateway' } = {}) {
    const input = { org: org as DidString, name }
    return (await scene.callAs(as)).call(app.npm.operation.grantName, { input })
  }

  async function approvedClaim(name: string) {
    const asked = await alice.asksToClaim(name)
    await alice.carriesOut(asked)
    return asked
  }

  it('to the organisation whose claim is proven and approved here, once', async () => {
    await expect(grant('@acme/*')).rejects.toMatchObject({ code: 'NotClaimed' })
    const asked = await alice.asksToClaim('@acme/*')
    const page = await alice.opens(asked.authUrl)
    expect(page.title).toContain('claim every package name of the scope @acme')
    expect(page.text).toContain('never looked up outside')
    await alice.carriesOut(asked)
    await expect(grant('@acme/*', { as: 'gateway' })).rejects.toMatchObject({ code: 'UntrustedIssuer' })
    const granted = await grant('@ACME/*')
    expect(granted.uri).toBe(grantUri('acme:~'))
    expect(await grant('@acme/*')).toEqual(granted)
    await expect(grant('@acme/ui')).rejects.toMatchObject({ code: 'NotClaimed' })
  })

  it('to nobody for a claim that the org PDS made up', async () => {
    const { record } = await alice.asksToClaim('@made-up/*')
    await scene.breaksIntoOrg(scene.acme, record)
    await expect(grant('@made-up/*')).rejects.toThrow('nobody approved the claim')
  })

  it('to nobody for the approved claim of another name, which the org PDS shows in its place', async () => {
    const { record } = await approvedClaim('harmless')
    await scene.breaksIntoOrg(scene.acme, { ...record, rkey: 'tempting' })
    await expect(grant('tempting')).rejects.toMatchObject({ code: 'NotClaimed' })
  })

  it('to nobody whose claim was taken back', async () => {
    await alice.carriesOut(await alice.asksToClaim('@regretted/*'))
    await alice.carriesOut(await alice.asksToRelease('@regretted/*'))
    await expect(grant('@regretted/*')).rejects.toThrow('it took its claim back')
  })

  it('to nobody but organisations of this registry, and to none what is another’s', async () => {
    const org = await scene.createOrg('other.test')
    await expect(grant('@acme/ui', { org })).rejects.toMatchObject({ code: 'InvalidRequest' })
    const appliance = await scene.callAs('appliance')
    await appliance.call(app.npm.operation.registerOrg, { input: { org, managers: [alice.did as DidString] } })
    for (const name of ['@acme/ui', '@acme/*']) {
      await alice.carriesOut(await alice.asksToClaim(name, org))
      const refused = grant(name, { org })
      await expect(refused).rejects.toMatchObject({ code: 'NameTaken' })
      await expect(refused).rejects.toThrow(`@acme/* was granted to ${scene.acme}`)
    }
  })
})

describe('a name', () => {
  let other: DidString
  const registryUri = (collection: string, key: string) => `at://${scene.config.registry.did}/${collection}/${key}`
  const appliance = () => scene.callAs('appliance')

  beforeAll(async () => {
    other = await scene.createOrg('receiver.test')
    const input = { org: other, managers: [alice.did as DidString] }
    await (await appliance()).call(app.npm.operation.registerOrg, { input })
  })

  async function decides(method: 'grantName' | 'changeName', name: string, org: string) {
    const input = { org: org as DidString, name }
    const { grantName, changeName } = app.npm.operation
    const caller = await appliance()
    return method === 'grantName' ? caller.call(grantName, { input }) : caller.call(changeName, { input })
  }
  async function drafts(name: string, org: string) {
    const params = { org: org as DidString, name }
    return (await appliance()).call(app.npm.operation.draftNameDecision, { params })
  }
  async function granted(name: string): Promise<void> {
    await alice.carriesOut(await alice.asksToClaim(name))
    await decides('grantName', name, scene.acme)
  }

  it('goes to another organisation when the one that has it hands it over, and the other claims it', async () => {
    await granted('moving')
    await expect(decides('changeName', 'moving', other)).rejects.toMatchObject({ code: 'NotClaimed' })
    await alice.carriesOut(await alice.asksToClaim('moving', other))
    await expect(decides('changeName', 'moving', other)).rejects.toMatchObject({ code: 'NotTransferred' })
    await expect(decides('grantName', 'moving', other)).rejects.toMatchObject({ code: 'NameTaken' })
    expect(await alice.carriesOut(await alice.asksToTransfer('moving', other))).toHaveProperty('uri')
    const changed = await decides('changeName', 'moving', other)
    expect(changed.uri).toBe(registryUri(app.npm.name.change.$type, 'moving'))
    expect(await decides('changeName', 'moving', other)).toEqual(changed)
    await expect(decides('changeName', 'moving', scene.acme)).rejects.toMatchObject({ code: 'NotTransferred' })
    await expect(decides('grantName', 'moving', scene.acme)).rejects.toMatchObject({ code: 'NameTaken' })
    expect(await decides('grantName', 'moving', other)).toEqual(changed)
  })

  it('does not go by a transfer that the org PDS made up, or that was called off', async () => {
    await granted('staying')
    await alice.carriesOut(await alice.asksToClaim('staying', other))
    const { record } = await alice.asksToTransfer('staying', other)
    await scene.breaksIntoOrg(scene.acme, record)
    await expect(decides('changeName', 'staying', other)).rejects.toThrow('nobody approved the transfer')
    await alice.carriesOut(await alice.asksToTransfer('staying', other))
    await alice.carriesOut(await alice.asksToTransfer('staying', other, { retired: true }))
    await expect(decides('changeName', 'staying', other)).rejects.toThrow('it called that off')
  })

  it('goes to nobody but whom the giver names, and to no organisation that the registry does not know', async () => {
    const stranger = await scene.createOrg('stranger.test')
    await granted('addressed')
    for (const org of [other, stranger]) await alice.carriesOut(await alice.asksToClaim('addressed', org))
    await alice.carriesOut(await alice.asksToTransfer('addressed', stranger))
    await expect(decides('changeName', 'addressed', other)).rejects.toThrow(`it hands it over to ${stranger}`)
    await expect(decides('changeName', 'addressed', stranger)).rejects.toMatchObject({ code: 'InvalidRequest' })
  })

  it('does not go by the approved transfer of another name, which the org PDS shows in its place', async () => {
    await granted('cheap')
    await granted('precious')
    const asked = await alice.asksToTransfer('cheap', other)
    await alice.carriesOut(asked)
    await alice.carriesOut(await alice.asksToClaim('precious', other))
    await scene.breaksIntoOrg(scene.acme, { ...asked.record, rkey: 'precious' })
    await expect(decides('changeName', 'precious', other)).rejects.toMatchObject({ code: 'NotTransferred' })
  })

  it('goes by itself when the giver has its scope', async () => {
    await granted('@parts/*')
    await alice.carriesOut(await alice.asksToClaim('@parts/ui', other))
    await alice.carriesOut(await alice.asksToTransfer('@parts/ui', other))
    expect((await decides('changeName', '@parts/ui', other)).uri).toBe(
      registryUri(app.npm.name.change.$type, 'parts:ui'),
    )
  })

  it('does not go a second time by the transfer that handed it over before', async () => {
    await granted('returning')
    for (const [from, to] of [
      [scene.acme, other],
      [other, scene.acme],
    ] as const) {
      if (to === other) await alice.carriesOut(await alice.asksToClaim('returning', to))
      await alice.carriesOut(await alice.asksToTransfer('returning', to, { org: from }))
      await decides('changeName', 'returning', to)
    }
    await expect(decides('changeName', 'returning', other)).rejects.toThrow('older than the last change')
  })

  it('is handed over by nobody but who has it', async () => {
    await granted('own')
    const answer = await alice.carriesOut(await alice.asksToTransfer('own', scene.acme, { org: other }))
    expect(answer).toMatchObject({
      error: 'InvalidOperation',
      message: expect.stringContaining('not the organisation'),
    })
  })

  it('is taken back by the registry, and only the same organisation’s again', async () => {
    await granted('withdrawn')
    const withdraw = async (name: string) =>
      (await appliance()).call(app.npm.operation.withdrawName, { input: { name } })
    const taken = await withdraw('withdrawn')
    for (const _again of [1, 2]) expect(await withdraw('withdrawn')).toEqual(taken)
    await expect(withdraw('never-granted')).rejects.toMatchObject({ code: 'NotGranted' })
    await alice.carriesOut(await alice.asksToClaim('withdrawn', other))
    await expect(decides('grantName', 'withdrawn', other)).rejects.toMatchObject({ code: 'NameTaken' })
    expect((await decides('grantName', 'withdrawn', scene.acme)).cid).not.toBe(taken.cid)
  })

  it('is granted to one of two that claim it, also when both are decided about at the same moment', async () => {
    for (const org of [scene.acme, other]) await alice.carriesOut(await alice.asksToClaim('contested', org))
    const both = Promise.withResolvers<void>()
    let waiting = 0
    scene.appview.beforeAnswer = () => {
      waiting += 1
      if (waiting === 2) both.resolve()
      return both.promise
    }
    const decisions = await Promise.allSettled([scene.acme, other].map((org) => decides('grantName', 'contested', org)))
    scene.appview.beforeAnswer = async () => {}
    expect(decisions.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
  })

  it('is in the audit log when something was decided about it, once, also when the gateway was away', async () => {
    scene.parked.away = true
    await granted('audited')
    await decides('grantName', 'audited', scene.acme)
    scene.parked.away = false
    const subject = registryUri(app.npm.name.grant.$type, 'audited')
    const told = () => scene.parked.decisions.filter((decision) => decision.subject === subject)
    const { did: by } = scene.net.network.peers.appliance
    await expect.poll(told, { timeout: 10_000 }).toMatchObject([{ action: 'name.granted', by }])
  })

  describe('that upstream has', () => {
    const administratorApproves = async (who: Developer, name: string, org = scene.acme) => {
      const asked = await who.asksToApproveName(await drafts(name, org))
      const page = await who.opens(asked.authUrl)
      await who.approves(asked)
      return page
    }

    beforeAll(() => {
      for (const name of ['left-pad', 'colors']) scene.appview.upstream.add(name)
    })

    it('is granted when two administrators of the registry approved, who are shown what it means', async () => {
      await alice.carriesOut(await alice.asksToClaim('left-pad'))
      await expect(decides('grantName', 'left-pad', scene.acme)).rejects.toMatchObject({ code: 'NeedsAdministrators' })
      scene.appview.office.hears = false
      const page = await administratorApproves(alice, 'left-pad')
      await scene.restartPeople()
      scene.appview.office.hears = true
      expect(page.text).toContain('Upstream has a package under this name')
      await administratorApproves(alice, 'left-pad')
      await expect(decides('grantName', 'left-pad', scene.acme)).rejects.toThrow('1 of them did')
      const waiting = () => scene.appview.office.waiting
      const draft = { name: 'left-pad', org: scene.acme, approvedBy: alice.did, handle: 'alice.people.test' }
      await expect.poll(waiting, { timeout: 10_000 }).toMatchObject([draft])
      await administratorApproves(bob, 'left-pad')
      const { record: approved } = await alice.asksToApproveName(await drafts('left-pad', scene.acme))
      const granted = await decides('grantName', 'left-pad', scene.acme)
      // The AppView counts who approved exactly this record.
      expect(granted.cid).toBe(approved.cid)
      expect((await drafts('left-pad', scene.acme)).approvedBy.toSorted()).toEqual([alice.did, bob.did].toSorted())
      expect(granted.uri).toBe(registryUri(app.npm.name.grant.$type, 'left-pad'))
      const untold = () => scene.readPeopleTables('SELECT FROM waiting_name WHERE NOT told')
      await expect.poll(untold, { timeout: 10_000 }).toEqual([])
      // Once, though she approved twice; and not what both approved before anybody was told.
      expect(waiting()).toHaveLength(1)
      scene.appview.office.hears = false
      await alice.carriesOut(await alice.asksToClaim('left-right'))
      await administratorApproves(alice, 'left-right')
      await administratorApproves(bob, 'left-right')
      scene.appview.office.hears = true
      await expect.poll(untold, { timeout: 10_000 }).toEqual([])
      expect(waiting()).toHaveLength(1)
    })

    it('waits for whose approval is still being written, and has the others told of it then', async () => {
      const told = () => scene.appview.office.waiting.map(({ name }) => name)
      for (const name of ['slow', 'quick']) {
        scene.appview.upstream.add(name)
        await alice.carriesOut(await alice.asksToClaim(name))
      }
      const slow = await alice.asksToApproveName(await drafts('slow', scene.acme))
      const { cid, uri } = slow.record
      await scene.changePeopleTables(
        `INSERT INTO waiting_name (cid, uri, name, org, by, noted_at, told)
          VALUES ($1, $2, 'slow', $3, $4, now() - interval '10 seconds', false)`,
        [cid, uri, scene.acme, alice.did],
      )
      // They are looked at in the order in which they were noted.
      await administratorApproves(alice, 'quick')
      await expect.poll(told, { timeout: 10_000 }).toContain('quick')
      expect(told()).not.toContain('slow')
      await alice.approves(slow)
      await expect.poll(told, { timeout: 10_000 }).toContain('slow')
    })

    it('counts no approval that names another record than it lies under, or the same words elsewhere', async () => {
      scene.appview.upstream.add('request')
      await alice.carriesOut(await alice.asksToClaim('request'))
      const draft = await drafts('request', scene.acme)
      const { record } = await alice.asksToApproveName(draft)
      const leaves = async ({ did }: Developer, changes: object) => {
        const subject = { uri: record.uri, cid: record.cid, ...changes }
        const fields = { org: draft.registry, subject, createdAt: new Date().toISOString() }
        const { main: schema } = app.npm.org.approval
        await scene.writesAs(
          did,
          buildRecord({ schema, rkey: record.cid, fields }, (reason) => new Error(reason)),
        )
        return (await drafts('request', scene.acme)).approvedBy
      }
      expect(await leaves(alice, { uri: registryUri(app.npm.name.grant.$type, 'another') })).toEqual([])
      expect(await leaves(alice, { cid: draft.claim.cid })).toEqual([])
      expect(await leaves(alice, {})).toEqual([alice.did])
    })

    it('goes to another organisation when two administrators approved that, too', async () => {
      await granted('popular')
      scene.appview.upstream.add('popular')
      await alice.carriesOut(await alice.asksToClaim('popular', other))
      await alice.carriesOut(await alice.asksToTransfer('popular', other))
      await expect(decides('changeName', 'popular', other)).rejects.toMatchObject({ code: 'NeedsAdministrators' })
      await administratorApproves(alice, 'popular', other)
      await expect(decides('changeName', 'popular', other)).rejects.toThrow('1 of them did')
      await administratorApproves(bob, 'popular', other)
      expect((await decides('changeName', 'popular', other)).uri).toBe(
        registryUri(app.npm.name.change.$type, 'popular'),
      )
    })

    it('is granted by nobody who is no administrator, and nothing else than it would write is approved', async () => {
      const carol = new Developer(scene, 'carol')
      await carol.signsIn()
      await alice.carriesOut(await alice.asksToClaim('colors'))
      const draft = await drafts('colors', scene.acme)
      await expect(carol.asksToApproveName(draft)).rejects.toMatchObject({ code: 'NotAdministrator' })
      const other = { createdAt: '2020-01-01T00:00:00.000Z' }
      await expect(alice.asksToApproveName(draft, other)).rejects.toMatchObject({ code: 'InvalidOperation' })
      const elsewhere = { ...draft, registry: scene.acme as DidString }
      await expect(alice.asksToApproveName(elsewhere)).rejects.toMatchObject({ code: 'InvalidOperation' })
    })

    it('does not count the approval of an administrator who has left', async () => {
      await administratorApproves(alice, 'colors')
      await administratorApproves(bob, 'colors')
      await scene.changePeopleTables('UPDATE person SET disabled_at = now() WHERE did = $1', [bob.did])
      await expect(decides('grantName', 'colors', scene.acme)).rejects.toThrow('1 of them did')
      await scene.changePeopleTables('UPDATE person SET disabled_at = NULL WHERE did = $1', [bob.did])
      await expect(decides('grantName', 'colors', scene.acme)).resolves.toBeDefined()
    })
  })
})
