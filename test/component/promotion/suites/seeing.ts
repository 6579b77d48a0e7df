import { describe, expect, it, vi } from 'vitest'
import { createToken } from '#appliance/admin/index.ts'
import type { PeerName } from '#common/config/index.ts'
import { versionKey } from '#common/names/index.ts'
import type { PromotionRequest } from '#common/operations/index.ts'
import { app } from '#lexicons'
import type { PersonName, PromotionScene } from '../promotion-scene.ts'

const { gateway, operation, registry } = app.npm

/** What people, and other components, get to see of promotions. */
export function seeing(scene: () => PromotionScene): void {
  describe('of promotions', () => {
    const [shown, hidden] = ['@acme.test/shown', '@acme.test/hidden']
    const asks = async (token: string, nsid: string, params: object, input?: object) => {
      const search = new URLSearchParams(params as Record<string, string>)
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
      const init = { headers, ...(input && { method: 'POST', body: JSON.stringify(input) }) }
      const response = await fetch(`${scene().box.gateway}/xrpc/${nsid}?${search}`, init)
      return { status: response.status, body: (await response.json()) as Record<string, unknown> }
    }
    const tokenOf = async (name: PersonName) => (await scene().person(name).atWork()).token
    const seen = async (token: string, params = {}) => {
      const { body } = await asks(token, gateway.listPromotions.main.nsid, { org: scene().acme, ...params })
      const names = (body['promotions'] as { request: PromotionRequest }[]).map(({ request: { name } }) => name)
      return names.filter((name) => name === shown || name === hidden).sort()
    }
    const checks = async (token: string, name: string, version = '1.0.0') => {
      const { body } = await asks(token, gateway.checkPromotion.main.nsid, {}, checked(name, version))
      return String(body['error'] ?? 'done')
    }
    const checked = (name: string, version = '1.0.0') => ({ org: scene().acme, name, versions: [version] })

    it('people see those of packages that they, and their token, may read', async () => {
      for (const name of [shown, hidden]) {
        await scene().begins(`${name}@1.0.0`)
        expect(await scene().asks(await scene().draft(`${name}@1.0.0`))).toBe('done')
      }
      const rule = { effect: 'deny', subject: scene().person('bob').did, action: 'read', packages: hidden } as const
      await scene().person('dan').permits(scene().acme, rule)
      expect(await seen(await tokenOf('alice'))).toEqual([hidden, shown])
      expect(await seen(await tokenOf('bob'))).toEqual([shown])
      expect(await seen(await tokenOf('bob'), { name: hidden })).toEqual([])
      expect(await seen(await tokenOf('alice'), { name: hidden })).toEqual([hidden])
      expect(await seen(await limited('alice', [shown]))).toEqual([shown])
      expect((await asks('', gateway.listPromotions.main.nsid, { org: scene().acme })).status).toBe(401)
    })

    it('a preflight is for who may ask or approve, and tells nobody else what there is', async () => {
      expect(await checks(await tokenOf('alice'), shown)).toBe('done')
      expect(await checks(await tokenOf('carol'), shown)).toBe('done')
      expect(await checks(await tokenOf('dan'), shown)).toBe('Forbidden')
      expect(await checks(await tokenOf('dan'), '@acme.test/nothing')).toBe('Forbidden')
      expect(await checks(await limited('alice', [hidden]), shown)).toBe('TokenTooNarrow')
      expect(await checks(await tokenOf('alice'), '@acme.test/nothing')).toBe('NotFound')
      expect(await checks(await tokenOf('alice'), shown, '7.0.0')).toBe('NotFound')
      expect(await checks('', shown)).toBe('AuthRequired')
    })

    it('components tell those who need it, and nobody else', async () => {
      const said = async (target: PeerName, as: PeerName, call: object, given: object) => {
        const peer = await scene().box.calls(target, { as })
        return peer.call(call as never, given as never).then(
          () => 'done',
          ({ code }) => code as string,
        )
      }
      const { acme: org } = scene()
      const facts = { input: checked(shown) }
      const place = { collection: app.npm.package.version.$nsid, rkey: versionKey(shown, '1.0.0') }
      const records = { input: { did: org, records: [place] } }
      const projected = { input: { org, promotion: '3kabcdefghi22' } }
      for (const as of ['gateway', 'people', 'relay', 'appview', 'org', 'appliance'] as const) {
        const may = (who: readonly PeerName[], otherwise = 'UntrustedIssuer') => (who.includes(as) ? 'done' : otherwise)
        expect(await said('appview', as, registry.getPromotionFacts, facts), as).toBe(may(['org']))
        expect(await said('appview', as, registry.getPublicRecords, records), as).toBe(may(['org']))
        expect(await said('org', as, operation.checkPromotion, facts), as).toBe(may(['gateway']))
        const listing = { params: { org } }
        expect(await said('org', as, operation.listPromotions, listing), as).toBe(
          may(['gateway', 'people', 'appliance']),
        )
        const naming = await said('people', as, operation.projectAttestations, projected)
        expect(naming, as).toBe(as === 'org' ? 'NotAttested' : 'UntrustedIssuer')
      }
    })

    it('who asked is named by their handle', async () => {
      const { body } = await asks(await tokenOf('bob'), gateway.listPromotions.main.nsid, {
        org: scene().acme,
        name: shown,
      })
      expect(body['promotions']).toEqual([
        expect.objectContaining({ requestedByHandle: expect.stringMatching(/^alice\./) }),
      ])
    })

    it('operators see how many wait', async () => {
      const { promotions } = scene().box.parts.org
      const waiting = () => promotions?.promoter.readings().find(({ labels }) => labels.state === 'decision')?.value
      promotions?.promoter.wake()
      await vi.waitFor(() => expect(waiting()).toBeGreaterThanOrEqual(2), { timeout: 30_000, interval: 100 })
    })

    async function limited(who: PersonName, packages: string[]): Promise<string> {
      const developer = await scene().person(who).atWork()
      const personal = { url: developer.gateway, token: developer.token }
      const request = { name: `of ${packages.join()}`, packages, access: 'read-write', days: 1 }
      return (await createToken(personal, request, (page) => developer.approve(page))).token
    }
  })
}
