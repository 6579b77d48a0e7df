import type { DidString } from '@atproto/syntax'
import { beforeAll, describe, expect, it } from 'vitest'
import type { PeerName } from '#common/config/index.ts'
import { IdentityResolver } from '#common/identity/index.ts'
import { purge, purgeUpstream } from '#common/operations/index.ts'
import { fetchRecordProof } from '#common/proof/index.ts'
import { app } from '#lexicons'
import { approveSelected, Developer } from './developer.ts'
import type { Scene } from './scene.ts'

const reason = 'the last manager has left'
const hour = 3_600

/** @param opened gives what the tests of the file have opened; alice and bob have accounts */
export function describeBreakGlass(opened: () => { scene: Scene; alice: Developer; bob: Developer }): void {
  const grants = async ({ did }: Developer, { seconds = hour, as = 'appliance' as PeerName, org = '' } = {}) => {
    const { scene } = opened()
    const input = { org: (org || scene.acme) as DidString, did: did as DidString, seconds, reason }
    return (await scene.callAs(as)).call(app.npm.operation.breakGlass, { input })
  }
  const ends = async ({ did }: Developer) => {
    const input = { org: opened().scene.acme as DidString, did: did as DidString }
    return (await opened().scene.callAs('appliance')).call(app.npm.operation.endBreakGlass, { input })
  }
  const lists = async (activeOnly = false) => {
    const appliance = await opened().scene.callAs('appliance')
    return (await appliance.call(app.npm.operation.listBreakGlass, { params: { activeOnly } })).grants
  }

  /** Whom the registry's repository names for a while, as anybody can prove. */
  async function named(): Promise<unknown> {
    const { scene } = opened()
    const host = await scene.callAs('org')
    const sources = { identities: new IdentityResolver(scene.net.network), peers: { people: host, org: host } }
    const { $type: collection } = app.npm.registry.org
    const { did } = scene.config.registry
    const proof = await fetchRecordProof({ did, role: 'people', collection, rkey: scene.acme }, sources)
    expect(proof?.record['managers']).toHaveLength(2)
    const temporary = proof?.record['temporaryManagers'] as { did: string }[] | undefined
    return temporary?.map((one) => one.did)
  }

  const told = (of: Developer) =>
    opened()
      .scene.parked.notes.filter(({ did }) => did === of.did)
      .map(({ state }) => state)

  describe('break-glass', () => {
    beforeAll(async () => {
      const { scene, alice, bob } = opened()
      const input = { org: scene.acme as DidString, managers: [alice.did, bob.did] as DidString[] }
      await (await scene.callAs('appliance')).call(app.npm.operation.registerOrg, { input })
    })

    it('names somebody a manager for a while, and says so on every page until it is ended', async () => {
      const { scene, bob } = opened()
      const { grant, settled, record } = await grants(bob)
      expect(grant).toMatchObject({
        did: bob.did,
        handle: 'bob.people.test',
        orgHandle: 'acme.test',
        active: true,
        reason,
      })
      expect(Date.parse(grant.until) - Date.parse(grant.since)).toBe(hour * 1000)
      expect({ settled, uri: record.uri }).toEqual({ settled: true, uri: expect.stringContaining(scene.acme) })
      expect(await named()).toEqual([bob.did])
      expect(told(bob)).toEqual(['granted'])
      const pages = scene.config.network.publicUrls.people
      for (const url of [`${pages}/device`, `${pages}/approvals`, `${pages}/login/${'x'.repeat(22)}`]) {
        const page = await new Developer(scene, 'carol').opens(url)
        expect([url, page.text]).toEqual([url, expect.stringContaining('bob.people.test manages acme.test until')])
      }
      expect(await ends(bob)).toMatchObject({ ended: 1, settled: true })
      expect(await named()).toBeUndefined()
      expect(told(bob)).toEqual(['granted', 'ended'])
      expect((await new Developer(scene, 'carol').opens(`${pages}/device`)).text).not.toContain('Break-glass')
      expect(await ends(bob)).toMatchObject({ ended: 0, settled: true })
      expect(await lists()).toMatchObject([{ handle: 'bob.people.test', active: false, endedAt: expect.any(String) }])
      expect(await lists(true)).toEqual([])
    })

    it('ends by itself when its time is over, also while nothing ran', async () => {
      const { scene, bob } = opened()
      scene.parked.notes.length = 0
      await grants(bob, { seconds: 60 })
      scene.clock.aheadMs = 61_000
      await expect.poll(named, { timeout: 20_000 }).toBeUndefined()
      await expect.poll(() => told(bob), { timeout: 20_000 }).toEqual(['granted', 'expired'])
      await grants(bob, { seconds: 60 })
      await scene.restartPeople()
      expect(await named()).toEqual([bob.did])
      scene.clock.aheadMs = 200_000
      await scene.restartPeople()
      await expect.poll(named, { timeout: 20_000 }).toBeUndefined()
      scene.clock.aheadMs = 0
    })

    it('tells the audit log as soon as it can', async () => {
      const { scene, bob } = opened()
      scene.parked.notes.length = 0
      scene.parked.away = true
      expect(await grants(bob)).toMatchObject({ settled: false })
      expect(await named()).toEqual([bob.did])
      expect(await ends(bob)).toMatchObject({ ended: 1, settled: false })
      await scene.restartPeople()
      scene.parked.away = false
      await expect.poll(() => told(bob), { timeout: 20_000 }).toEqual(['granted', 'ended'])
    })

    it('ends when its person is disabled, and does not come back with them', async () => {
      const { scene, bob } = opened()
      await grants(bob)
      await scene.changePeopleTables('UPDATE person SET disabled_at = now() WHERE did = $1', [bob.did])
      await expect.poll(named, { timeout: 20_000 }).toBeUndefined()
      await scene.changePeopleTables('UPDATE person SET disabled_at = NULL WHERE did = $1', [bob.did])
      expect(await lists(true)).toEqual([])
    })

    it('counts from the newest time when it is said again', async () => {
      const { bob, alice } = opened()
      await grants(bob)
      await grants(alice)
      await grants(bob, { seconds: 2 * hour })
      expect(((await named()) as string[]).sort()).toEqual([alice.did, bob.did].sort())
      expect(await lists(true)).toHaveLength(2)
      await ends(bob)
      expect(await named()).toEqual([alice.did])
      await ends(alice)
    })

    it('approves nothing that cannot be taken back, nor what was asked for before, alone or together', async () => {
      const { scene, alice } = opened()
      const carol = new Developer(scene, 'carol')
      await carol.signsIn()
      const asks = () => carol.asksToPurge(purge, '@acme.test/hello')
      const [shown, unseen, together] = [await asks(), await asks(), await asks()]
      const page = await carol.opens(shown.authUrl)
      const atProvider = await carol.presses(page, 'Approve')
      const list = await carol.seesWaiting()
      await grants(carol)
      for (const kind of [purge, purgeUpstream]) {
        await expect(carol.asksToPurge(kind, 'left-pad')).rejects.toMatchObject({
          code: 'BreakGlassForbids',
          message: expect.stringContaining('Ask somebody else who manages acme.test'),
        })
      }
      const refused = {
        status: 403,
        text: expect.stringContaining('carol.people.test manages acme.test by break-glass'),
      }
      expect(await carol.authenticates(atProvider)).toMatchObject(refused)
      expect(await carol.opens(unseen.authUrl)).toMatchObject({ ...refused, forms: [] })
      await carol.authenticates(await carol.presses(list, approveSelected))
      for (const asked of [shown, unseen, together]) {
        const { $type } = app.npm.org.approval
        await expect(carol.witnessOf(asked, $type)).rejects.toMatchObject({ code: 'NotAttested' })
        expect((await carol.polls(asked)).status).toBe(202)
      }
      expect((await carol.opens((await carol.asksToPermit(carol.did)).authUrl)).status).toBe(200)
      expect((await alice.opens((await alice.asksToPurge(purge, '@acme.test/hello')).authUrl)).status).toBe(200)
      await ends(carol)
      expect((await carol.opens(unseen.authUrl)).status).toBe(200)
    })

    it('is for people with an account, in an organisation of the registry, a day at most, and by the appliance alone', async () => {
      const { bob, alice, scene } = opened()
      const nobody = { did: `did:plc:${'a'.repeat(24)}` } as Developer
      await expect(grants(nobody)).rejects.toMatchObject({ code: 'RepoNotFound' })
      await expect(grants(bob, { org: bob.did })).rejects.toMatchObject({ code: 'InvalidRequest' })
      for (const seconds of [0, 59, 86_401]) {
        await expect(grants(bob, { seconds })).rejects.toMatchObject({ code: 'InvalidRequest' })
      }
      await expect(grants(bob, { as: 'gateway' })).rejects.toMatchObject({ code: 'UntrustedIssuer' })
      await scene.changePeopleTables('UPDATE person SET disabled_at = now() WHERE did = $1', [alice.did])
      await expect(grants(alice)).rejects.toMatchObject({ code: 'AccountDisabled' })
      await scene.changePeopleTables('UPDATE person SET disabled_at = NULL WHERE did = $1', [alice.did])
      expect(await named()).toBeUndefined()
    })
  })
}
