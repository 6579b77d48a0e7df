import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { endBreakGlass, grantBreakGlass, type Org, openAdmin, type Person, putLabel } from '#appliance/admin/index.ts'
import { approvePromotion, requestPromotion } from '#common/operations/index.ts'
import type { PersonName, PromotionScene } from '../promotion-scene.ts'

/** What the org PDS takes for a decision, whatever the gateway passes on. */
export function deciding(scene: () => PromotionScene): void {
  describe('approving a promotion', () => {
    const spec = '@acme.test/decided@1.0.0'
    const everything = { effect: 'allow', packages: '@acme.test/*' } as const

    it('takes somebody else than who asked', async () => {
      await scene().begins(spec)
      const { did } = scene().person('alice')
      const rule = { ...everything, subject: did, action: 'approve-promotion' }
      await scene()
        .person('dan')
        .permits(scene().acme, { ...rule, packages: '@acme.test/decided' })
      const request = await scene().draft(spec)
      expect(await scene().asks(request)).toBe('done')
      expect(await scene().approves(request, 'alice')).toContain('OwnPromotion')
      expect(await scene().listed(request)).toMatchObject({ state: 'requested' })
    })

    it('is about what was asked for, as it was asked for', async () => {
      const request = await scene().draft(spec)
      expect(await scene().approves(request)).toContain('NotFound')
      expect(await scene().asks(request)).toBe('done')
      expect(await scene().approves({ ...request, follow: 'auto' })).toContain('NotFound')
      expect(await scene().listed(request)).toMatchObject({ state: 'requested' })
    })

    it('attests nothing that was not asked for', async () => {
      const request = await scene().draft(spec)
      expect(await scene().asks(request)).toBe('done')
      const [version] = await scene().attested(request)
      const attest = [{ ...version, version: '9.9.9' }]
      expect(await scene().approves(request, 'carol', { attest })).toContain('which is not what was asked for')
    })

    it('waits for what it needs', async () => {
      await scene().begins('@acme.test/needed@1.0.0')
      const dependencies = { '@acme.test/needed': '^1.0.0' }
      await scene().begins('@acme.test/needing@1.0.0', { manifest: { dependencies } })
      const together = ['@acme.test/needed']
      const request = await scene().draft('@acme.test/needing@1.0.0', 'alice', { together })
      expect(await scene().asks(request)).toBe('done')
      const needed = await scene().draft('@acme.test/needed@1.0.0')
      expect(await scene().asks(needed)).toBe('done')
      const said = 'it needs @acme.test/needed, of which no promotion is approved'
      expect(await scene().approves(request)).toContain(said)
      expect(await scene().approves(needed)).toBe('done')
      expect(await scene().withdraws(needed)).toBe('done')
      expect(await scene().approves(request)).toContain(said)
      expect(await scene().listed(request)).toMatchObject({ state: 'requested' })
    })

    it('reads everything once more before: what a label, or nobody’s waiver, stops', async () => {
      await scene().begins('@acme.test/labelled@1.0.0')
      const open = await scene().draft('@acme.test/labelled@1.0.0', 'alice', { waivers: [] })
      expect(await scene().asks(open)).toBe('done')
      expect(await scene().approves(open)).toContain('provenance-missing')
      const request = await scene().draft('@acme.test/labelled@1.0.0')
      expect(await scene().asks(request)).toBe('done')
      await labels('dan', '@acme.test/labelled', 'malware')
      expect(await scene().approves(request)).toMatch(/PromotionNotReady: .*label/)
      expect(await scene().listed(request)).toMatchObject({ state: 'requested' })
    })

    it('is not for what was withdrawn', async () => {
      const request = await scene().draft(spec)
      expect(await scene().asks(request)).toBe('done')
      expect(await scene().withdraws(request)).toBe('done')
      expect(await scene().approves(request)).toContain('it was withdrawn')
      expect(await scene().listed(request)).toMatchObject({ state: 'withdrawn', reason: 'enough' })
    })

    it('is not for what is withdrawn while it reads', async () => {
      const request = await scene().draft(spec)
      expect(await scene().asks(request)).toBe('done')
      const early = { createdAt: new Date().toISOString() }
      const attest = await scene().attested(request)
      const asked = await scene().gateway.opens(scene().person('carol'), approvePromotion.procedure, {
        request,
        attest,
      })
      const credentials = await scene().gateway.approved(asked)
      const preflights = scene().box.parts.org.promotions?.preflights
      const about = { org: scene().acme, name: request.name, versions: ['1.0.0'], together: [] }
      // It takes its turn behind these.
      const before = Array.from({ length: 7 }, () => preflights?.run(about))
      const approving = scene().gateway.sends(asked, credentials)
      expect(await scene().withdraws(request, 'alice', early)).toBe('done')
      await Promise.all(before)
      expect(await approving).toContain('it was withdrawn')
      expect(await scene().listed(request)).toMatchObject({ state: 'withdrawn' })
    })

    it('is nothing for who manages by break-glass, on either PDS', async () => {
      const bob = scene().person('bob')
      const rule = { ...everything, subject: bob.did, action: 'approve-promotion', packages: '@acme.test/glass' }
      await scene().person('dan').permits(scene().acme, rule)
      await scene().begins('@acme.test/glass@1.0.0')
      const request = await scene().draft('@acme.test/glass@1.0.0')
      expect(await scene().asks(request)).toBe('done')
      const { gateway } = scene()
      const input = { request, attest: [] }
      const sent = await gateway.opens(bob, approvePromotion.procedure, input)
      const shown = await gateway.opens(bob, approvePromotion.procedure, input)
      const credentials = await gateway.approved(sent)
      const admin = await openAdmin(scene().box.parts.settings)
      const org = { did: scene().acme, handle: 'acme.test' } as Org
      const person = { did: bob.did, handle: 'bob.people.test' } as Person
      await grantBreakGlass(admin, { org, person, seconds: 600, reason: 'a test' })
      // So long the org PDS goes by what it heard.
      await delay(2_100)
      expect(await gateway.sends(sent, credentials)).toContain('BreakGlassForbids')
      await expect(gateway.approved(shown)).rejects.toThrow('break-glass')
      expect(await gateway.does(bob, approvePromotion.procedure, input)).toContain('BreakGlassForbids')
      await endBreakGlass(admin, org, person)
      expect(await scene().listed(request)).toMatchObject({ state: 'requested' })
    })

    it('succeeds again, and does nothing twice', async () => {
      const request = await scene().draft(spec)
      expect(await scene().asks(request)).toBe('done')
      expect(await scene().approves(request)).toBe('done')
      await scene().becomes(request, 'seen')
      const before = await publicRevs()
      expect(await scene().approves(request)).toBe('done')
      expect(await scene().asks(request)).toBe('done')
      await scene().becomes(request, 'seen')
      expect(await publicRevs()).toEqual(before)
    })

    it('needs the operation that is executed to be the one that is approved', async () => {
      const request = await scene().draft(spec)
      expect(await scene().gateway.does(scene().person('alice'), requestPromotion.procedure, request)).toBe('done')
      const asked = await scene().gateway.opens(scene().person('carol'), approvePromotion.procedure, {
        request,
        attest: await scene().attested(request),
      })
      const credentials = await scene().gateway.approved(asked)
      const said = await scene().gateway.sends({ ...asked, procedure: requestPromotion.procedure }, credentials)
      expect(said).not.toBe('done')
      expect(await scene().listed(request)).toMatchObject({ state: 'requested' })
    })

    async function labels(who: PersonName, about: string, val: string): Promise<void> {
      const developer = await scene().person(who).atWork()
      const rule = { ...everything, subject: scene().person(who).did, action: 'label' }
      await scene().person('dan').permits(scene().acme, rule)
      const personal = { url: developer.gateway, token: developer.token }
      await putLabel(personal, { about, versions: ['1.0.0'], val, reason: 'for a test', org: scene().acme }, (page) =>
        developer.approve(page),
      )
    }

    async function publicRevs(): Promise<unknown[]> {
      const [org, people] = [await scene().edge('org'), await scene().edge('people')]
      const who = [scene().person('alice').did, scene().person('carol').did]
      const states = [org.getState(scene().acme), ...who.map((did) => people.getState(did).catch(() => undefined))]
      return (await Promise.all(states)).map((state) => state?.rev)
    }
  })

  describe('withdrawing a promotion', () => {
    it('is about a promotion of that package, for the permission was asked about that', async () => {
      await scene().begins('@acme.test/withdrawn@1.0.0')
      const request = await scene().draft('@acme.test/withdrawn@1.0.0')
      expect(await scene().asks(request)).toBe('done')
      const other = { name: '@acme.test/decided' }
      expect(await scene().withdraws(request, 'alice', other)).toContain('NotFound')
      expect(await scene().withdraws(request, 'alice', { promotion: request.versions[0]?.cid })).toContain('NotFound')
      expect(await scene().withdraws(request, 'alice', { id: '3kabcdefghi22' })).toContain('NotFound')
      expect(await scene().listed(request)).toMatchObject({ state: 'requested' })
      expect(await scene().withdraws(request, 'bob')).toBe('done')
      expect(await scene().listed(request)).toMatchObject({ state: 'withdrawn' })
    })
  })
}
