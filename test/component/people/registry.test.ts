import type { DidString } from '@atproto/syntax'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { composeEnrolment, composeOperation, putTeam } from '#common/operations/index.ts'
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

describe('an approval is not opened', () => {
  const soon = Math.floor(Date.now() / 1000) + 600

  async function open(operation: Uint8Array, did: string) {
    const requester = { address: '127.0.0.1', client: 'npm/11' }
    const input = { operation, did: did as DidString, client: 'token-1', requester }
    return (await scene.callAs('gateway')).call(app.npm.operation.openApproval, { input })
  }
  function team(expiry: number): Uint8Array {
    const input = { name: 'core', members: [], createdAt: new Date().toISOString() }
    return composeOperation({ org: scene.acme, procedure: putTeam.procedure, input, expiry }).bytes
  }

  it('for an operation nobody approves on a page, one that has expired, or no operation at all', async () => {
    const subject = { issuer: scene.idpOrigin, subject: 'somebody', did: alice.did }
    for (const bytes of [composeEnrolment(subject, soon).bytes, team(1), Buffer.from('nothing')]) {
      await expect(open(bytes, alice.did)).rejects.toMatchObject({ code: 'InvalidOperation' })
    }
  })

  it('for somebody without an account', async () => {
    await expect(open(team(soon), scene.acme)).rejects.toMatchObject({ code: 'InvalidOperation' })
  })

  it('for somebody who has too many open', async () => {
    for (let opened = 0; opened < 100; opened += 1) await open(team(soon), bob.did)
    await expect(open(team(soon), bob.did)).rejects.toMatchObject({ code: 'TooManyRequests' })
    await expect(open(team(soon), alice.did)).resolves.toBeDefined()
  })
})
