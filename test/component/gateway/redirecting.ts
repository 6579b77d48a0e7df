import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { app } from '#lexicons'
import { Machine } from '#test/support/machine.ts'
import { startS3, type TestBucket } from '#test/support/s3-server.ts'
import type { GatewayScene } from './gateway-scene.ts'
import { changing, LyingPeer } from './lying-peer.ts'
import type { Person } from './person.ts'

const hello = '@acme.test/hello'

/** What a gateway does that redirects to a bucket: part of the scene in which things are read. */
export function describeRedirects(given: () => GatewayScene): void {
  describe('a gateway that redirects', () => {
    let scene: GatewayScene
    let alice: Person
    let s3: TestBucket
    let machine: Machine
    let project: string
    beforeAll(async () => {
      scene = given()
      alice = scene.alice
      s3 = await startS3()
      machine = await Machine.create({ registry: scene.url, token: alice.token ?? '' })
      project = join(machine.home, 'app')
      await mkdir(project)
      const dependencies = { [hello]: '1.0.0' }
      await writeFile(join(project, 'package.json'), JSON.stringify({ name: 'app', version: '1.0.0', dependencies }))
      const installed = await machine.run(project, 'npm install')
      if (installed.exitCode !== 0) throw new Error(installed.output)
      await redirects()
    })
    afterAll(async () => {
      await s3?.[Symbol.asyncDispose]()
      if (machine !== undefined) await rm(machine.home, { recursive: true, force: true })
    })

    async function redirects(network = scene.parts.gateway.network): Promise<void> {
      await scene.stops('gateway')
      const tarballs = { mode: 'redirect' as const, bucket: s3.config, urlSeconds: 60 }
      await scene.starts('gateway', { tarballs, network })
    }

    const paths = () => [`/${scene.acme}/${hello}/-/hello-1.0.0.tgz`, '/left-pad/-/left-pad-1.3.0.tgz']
    const asks = (path: string, init: Parameters<Person['asks']>[1] = {}) =>
      alice.asks(path, { redirect: 'manual', ...init })

    it('streams a tarball at first, then sends clients to the same bytes', async () => {
      for (const path of paths()) {
        const first = await asks(path)
        expect(first.status).toBe(200)
        const bytes = await first.arrayBuffer()
        await expect.poll(async () => (await asks(path)).status).toBe(302)
        const { headers } = await asks(path)
        expect(headers.get('location')).toContain(`${s3.config.endpoint}/${s3.config.bucket}/tarballs/`)
        expect([headers.get('cache-control'), headers.get('etag')]).toEqual(['no-store', null])
        const followed = await alice.asks(path, { redirect: 'follow' })
        expect(Buffer.from(await followed.arrayBuffer())).toEqual(Buffer.from(bytes))
      }
    })

    it('answers HEAD itself, a part from there, and nothing to who has it', async () => {
      for (const path of paths()) {
        const head = await asks(path, { method: 'HEAD' })
        const whole = Buffer.from(await (await alice.asks(path, { redirect: 'follow' })).arrayBuffer())
        expect([head.status, head.headers.get('content-length')]).toEqual([200, String(whole.length)])
        const part = await alice.asks(path, { redirect: 'follow', headers: { range: 'bytes=0-1' } })
        expect([part.status, Buffer.from(await part.arrayBuffer())]).toEqual([206, whole.subarray(0, 2)])
        const etag = head.headers.get('etag') ?? ''
        expect((await asks(path, { headers: { 'if-none-match': etag } })).status).toBe(304)
      }
    })

    it('tells nobody an address who may not have the tarball', async () => {
      const refused = async (asked: Promise<Response>) => {
        const { status, headers } = await asked
        expect(headers.get('location')).toBeNull()
        return status
      }
      for (const path of paths()) {
        expect(await refused(fetch(`${scene.url}${path}`, { redirect: 'manual' }))).toBe(401)
        const headers = { authorization: 'Bearer npm_000000000000000000000000000000000000' }
        expect(await refused(asks(path, { headers }))).toBe(401)
      }
      const other = 'did:plc:aaaaaaaaaaaaaaaaaaaaaaaa'
      expect(await refused(asks(`/${other}/${hello}/-/hello-1.0.0.tgz`))).toBe(404)
      const path = `/${scene.acme}/${hello}/-/hello-1.0.0.tgz`
      expect((await asks(path)).status).toBe(302)
      const { network } = scene.parts.gateway
      const block = { verdict: { kind: 'block', reason: 'malware' } }
      const lie = changing(app.npm.registry.getVersion.$nsid, () => block)
      await using liar = await LyingPeer.before(network.peers.appview.url, lie)
      const appview = { ...network.peers.appview, url: liar.url }
      await redirects({ ...network, peers: { ...network.peers, appview } })
      expect(await refused(asks(path))).toBe(403)
      await redirects()
    })

    it('serves npm ci from a lockfile made before, which stays as it was', async () => {
      const lockfile = await readFile(join(project, 'package-lock.json'), 'utf8')
      expect(lockfile).toContain(`${scene.url}/${scene.acme}/${hello}/-/hello-1.0.0.tgz`)
      for (const path of paths()) expect((await asks(path)).status).toBe(302)
      await rm(join(machine.home, '.npm'), { recursive: true })
      const installed = await machine.run(project, 'npm ci')
      expect(installed).toMatchObject({ exitCode: 0 })
      expect(await readFile(join(project, 'package-lock.json'), 'utf8')).toBe(lockfile)
      expect(await readFile(join(project, 'node_modules', hello, 'package.json'), 'utf8')).toContain('1.0.0')
    })

    it('goes on without the bucket', async () => {
      await s3.stops()
      await redirects()
      for (const path of paths()) expect((await asks(path)).status).toBe(200)
    })
  })
}
