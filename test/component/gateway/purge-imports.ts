import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DidString } from '@atproto/syntax'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Admin, collectCode, findOrg, importList } from '#appliance/admin/index.ts'
import { importPlanned, Progress, planImport, VerdaccioStorage } from '#appliance/import/index.ts'
import { app } from '#lexicons'
import { writeVerdaccioStorage } from '#test/support/verdaccio-storage.ts'
import type { GatewayScene } from './gateway-scene.ts'
import { blobsOnDisk, cachedName, filesCached, Purging } from './purge-desk.ts'

const name = '@acme.test/taken-over'
const reason = 'court order 12/345'

/** A purge of what `atoll import` brought: part of the scene in which things are purged. */
export function describePurgeImports(given: () => GatewayScene): void {
  describe('a purge of an imported version', () => {
    let scene: GatewayScene
    let alice: Purging
    let folder: string

    beforeAll(async () => {
      scene = given()
      alice = new Purging(scene.alice)
      folder = await mkdtemp(join(tmpdir(), 'atoll-import-purge-'))
      // Each with a README of its own: all of it goes with its version.
      const versions = ['1.0.0', '1.1.0'].map((version) => {
        const files = { 'README.md': `taken over ${version}` }
        return { name, version, files, time: '2019-01-01T10:00:00.000Z' }
      })
      await writeVerdaccioStorage(join(folder, 'storage'), { [name]: { versions, tags: { latest: '1.1.0' } } })
      expect(await imports()).toBe(2)
    })
    afterAll(() => rm(folder, { recursive: true, force: true }))

    /** `atoll import verdaccio`. @returns how many versions it wrote */
    async function imports(): Promise<number> {
      const { network } = scene.parts.net
      const admin: Admin = {
        did: network.peers.appliance.did as DidString,
        network,
        people: await scene.calls('people'),
        appview: await scene.calls('appview'),
        org: await scene.calls('org'),
        relay: await scene.calls('relay'),
        gateway: await scene.calls('gateway'),
      }
      const org = await findOrg(admin, 'acme.test')
      await using source = new VerdaccioStorage(join(folder, 'storage'), [])
      using progress = new Progress({ write: () => {} })
      const work = { dataDir: join(folder, 'work'), progress, stop: new AbortController().signal }
      const request = { admin, org, source, ...work }
      const plan = await planImport(request)
      return importPlanned(request, plan, async (list) => {
        const asked = { org: org.did, source: source.label, list }
        const gateway = { url: scene.url, token: scene.alice.token ?? '' }
        const written = await importList(gateway, asked, async ({ authUrl, doneUrl }) => {
          await scene.alice.browser.approve(authUrl)
          return collectCode(doneUrl)
        })
        return written.cid
      })
    }

    async function tarball(version: string): Promise<number> {
      const answer = await scene.alice.asks(`/${name}/-/taken-over-${version}.tgz`)
      await answer.arrayBuffer()
      return answer.status
    }

    it('deletes its bytes everywhere, and leaves the others of the same import', async () => {
      const document = (await (await scene.alice.asks(`/${name}`)).json()) as {
        versions: Record<string, { dist: { integrity: string } }>
      }
      const integrity = document.versions['1.0.0']?.dist.integrity ?? ''
      for (const version of ['1.0.0', '1.1.0']) await expect.poll(() => tarball(version)).toBe(200)
      const before = await blobsOnDisk(scene, scene.acme)
      expect(await alice.does({ name, versions: ['1.0.0'], reason })).toMatchObject({ status: 200 })
      await expect.poll(() => tarball('1.0.0')).toBe(451)
      await expect.poll(() => filesCached(scene.parts.gateway.dataDir)).not.toContain(cachedName(integrity))
      expect(await blobsOnDisk(scene, scene.acme)).toHaveLength(before.length - 2)
      expect(await tarball('1.1.0')).toBe(200)
    })

    it('is not brought back by the same import again', async () => {
      const before = await blobsOnDisk(scene, scene.acme)
      expect(await imports()).toBe(0)
      expect(await blobsOnDisk(scene, scene.acme)).toEqual(before)
      expect(await tarball('1.0.0')).toBe(451)
      const gateway = await scene.calls('appview', 'gateway')
      const { purges } = await gateway.call(app.npm.registry.listPurges, { params: { limit: 100 } })
      expect(purges.filter((purge) => purge.name === name)).toHaveLength(1)
    })
  })
}
