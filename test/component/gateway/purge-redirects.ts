import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startS3, type TestBucket } from '#test/support/s3-server.ts'
import type { GatewayScene } from './gateway-scene.ts'
import { Purging } from './purge-desk.ts'

const own = '@acme.test/sent-elsewhere'
const reason = 'court order 12/345'

/** A purge where the gateway sends clients to a bucket: part of the scene in which things are purged. */
export function describePurgeRedirects(given: () => GatewayScene): void {
  describe('a purge behind a gateway that redirects', () => {
    let scene: GatewayScene
    let alice: Purging
    let s3: TestBucket
    const paths = [`/${own}/-/sent-elsewhere-1.0.0.tgz`, '/right-pad/-/right-pad-1.0.0.tgz']
    const kept = `/${own}/-/sent-elsewhere-1.1.0.tgz`

    beforeAll(async () => {
      scene = given()
      alice = new Purging(scene.alice)
      s3 = await startS3()
      scene.parts.registry.has('right-pad', '1.0.0')
      await scene.permits(await scene.alice.did(), 'label')
      for (const version of ['1.0.0', '1.1.0']) await scene.alice.publishes({ name: own, version })
      await redirects()
    })
    afterAll(async () => {
      await scene?.stops('gateway')
      await scene?.starts('gateway')
      await s3?.[Symbol.asyncDispose]()
    })

    async function redirects(): Promise<void> {
      await scene.stops('gateway')
      await scene.starts('gateway', { tarballs: { mode: 'redirect', bucket: s3.config, urlSeconds: 60 } })
    }
    const asks = async (path: string) => {
      const answer = await scene.alice.asks(path, { redirect: 'manual' })
      await answer.arrayBuffer()
      return { status: answer.status, address: answer.headers.get('location') }
    }
    const objects = async () =>
      (await readdir(join(s3.folder, 'tarballs')).catch(() => [])).filter((file) => file.endsWith('_object')).toSorted()

    it('deletes the objects, and sends nobody there any more, nor whoever has an address already', async () => {
      for (const path of [...paths, kept]) await expect.poll(async () => (await asks(path)).status).toBe(302)
      const before = await objects()
      expect(before).toHaveLength(3)
      const addresses = await Promise.all(paths.map(async (path) => (await asks(path)).address ?? ''))
      for (const address of addresses) expect((await fetch(address)).status).toBe(200)
      for (const [name, version] of [
        [own, '1.0.0'],
        ['right-pad', '1.0.0'],
      ] as const) {
        expect(await alice.does({ name, versions: [version], reason })).toMatchObject({ status: 200 })
      }
      for (const path of paths) await expect.poll(() => asks(path)).toEqual({ status: 451, address: null })
      await expect.poll(objects).toHaveLength(1)
      for (const address of addresses) expect((await fetch(address)).status).toBe(404)
      expect((await asks(kept)).status).toBe(302)
    })

    it('is not undone by a gateway that starts anew and has seen nothing of it', async () => {
      const before = await objects()
      await redirects()
      for (const path of paths) {
        for (let time = 0; time < 3; time += 1) expect(await asks(path)).toEqual({ status: 451, address: null })
      }
      await expect.poll(async () => (await asks(kept)).status).toBe(302)
      expect(await objects()).toEqual(before)
    })

    it('reaches what is in the bucket while no gateway that knows it runs, with the next one that does', async () => {
      await scene.stops('gateway')
      await scene.starts('gateway')
      expect(await alice.does({ name: own, versions: ['1.1.0'], reason })).toMatchObject({ status: 200 })
      expect(await objects()).toHaveLength(1)
      await redirects()
      await expect.poll(objects).toEqual([])
      expect(await asks(kept)).toEqual({ status: 451, address: null })
    })
  })
}
