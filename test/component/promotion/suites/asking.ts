import { describe, expect, it, vi } from 'vitest'
import type { PromotionScene } from '../promotion-scene.ts'

/** What the org PDS takes for a request, whatever the gateway passes on. */
export function asking(scene: () => PromotionScene): void {
  describe('asking for a promotion', () => {
    const spec = '@acme.test/asked@1.0.0'

    it('is in nobody else’s name: they could approve it themselves then', async () => {
      await scene().begins(spec)
      const request = await scene().draft(spec, 'bob')
      expect(await scene().asks(request, 'alice')).toContain('it names somebody else as who asks')
      await expect(scene().listed(request)).rejects.toThrow('nobody asked')
    })

    it('names versions by their contents', async () => {
      const [request, other] = [await scene().draft(spec), await scene().begins('@acme.test/asked-other@1.0.0')]
      const meant = (version: string, cid: string) => ({ ...request, versions: [{ version, cid }] })
      expect(await scene().asks(meant('1.0.0', other))).toContain('is not the version it names by its CID')
      expect(await scene().asks(meant('2.0.0', other))).toContain('NotFound')
      await expect(scene().listed(request)).rejects.toThrow('nobody asked')
    })

    it('waives warnings, and no errors', async () => {
      const waive = (code: string) => scene().draft(spec, 'alice', { waivers: [{ code, reason: 'never mind' }] })
      expect(await scene().asks(await waive('internal-host'))).toContain('InvalidWaiver')
      expect(await scene().asks(await waive('nothing-like-it'))).toContain('InvalidWaiver')
      expect(await scene().asks(await waive('provenance-missing'))).toBe('done')
    })

    it('is told to those who may decide, once', async () => {
      const request = await scene().draft('@acme.test/asked-other@1.0.0')
      expect(await scene().asks(request)).toBe('done')
      const told = () => scene().hook.told('promotion.requested', { promotion: request.id })
      await vi.waitFor(() => expect(told()).toHaveLength(1), { timeout: 30_000, interval: 100 })
      const { handle, ...data } = told()[0]?.data ?? {}
      expect(handle).toMatch(/^alice\./)
      expect(data).toEqual({
        ...{ org: scene().acme, name: '@acme.test/asked-other', versions: '1.0.0' },
        ...{ promotion: request.id, by: scene().person('alice').did },
      })
      const later = await scene().draft('@acme.test/asked-other@1.0.0')
      expect(await scene().asks(later)).toBe('done')
      const next = () => scene().hook.told('promotion.requested', { promotion: later.id })
      await vi.waitFor(() => expect(next()).toHaveLength(1), { timeout: 30_000, interval: 100 })
      expect(told()).toHaveLength(1)
    })

    it('may be repeated, and takes no other request’s place', async () => {
      const request = await scene().draft(spec)
      expect(await scene().asks(request)).toBe('done')
      const { cid } = await scene().listed(request)
      expect(await scene().asks(request)).toBe('done')
      const later = { ...request, follow: 'auto' as const, createdAt: new Date(Date.now() + 1_000).toISOString() }
      expect(await scene().asks(later)).toContain('there is another under this id')
      expect(await scene().listed(request)).toMatchObject({ cid, state: 'requested' })
    })
  })
}
