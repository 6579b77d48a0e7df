import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { atproto, atprotoPublic } from '#lexicons'
import { provisionFace } from '#pds/promote/index.ts'
import { writes } from '../public-network/public-scene.ts'
import { Subscriber } from '../relay/subscriber.ts'
import { EdgeScene, publicHandle } from './edge-scene.ts'

const program = join(import.meta.dirname, 'edge-process.ts')

describe('an edge PDS that is killed', () => {
  let scene: EdgeScene
  let door: Server
  let child: ChildProcess | undefined
  /** The submission at which the process dies, and whether the directory gets it. */
  let fatal: { at: number; forward: boolean } | undefined
  let submissions = 0

  beforeAll(async () => {
    scene = await EdgeScene.opens()
    await scene.stopEdge('org')
    // Between the edge and the directory, so that the kill comes at an exact moment.
    door = createServer(async (request, response) => {
      const body = await text(request)
      submissions += request.method === 'POST' ? 1 : 0
      const isFatal = request.method === 'POST' && submissions === fatal?.at
      const answer = isFatal && !fatal?.forward ? undefined : await passOn(scene.outside.directoryUrl, request, body)
      if (isFatal) child?.kill('SIGKILL')
      response.writeHead(answer?.status ?? 503).end(await answer?.text())
    })
    await new Promise<void>((resolve) => door.listen(0, '127.0.0.1', resolve))
    scene.org.config.directory = `http://localhost:${(door.address() as AddressInfo).port}`
  })
  afterEach(() => kill())
  afterAll(async () => {
    await scene?.[Symbol.asyncDispose]()
    door?.closeAllConnections()
    await new Promise((resolve) => door?.close(resolve))
  })

  async function start(): Promise<void> {
    const file = join(scene.org.config.dataDir, 'config.json')
    await writeFile(file, JSON.stringify(scene.org.config))
    child = spawn(process.execPath, [program, file], { stdio: ['ignore', 'pipe', 'inherit'] })
    if (child.stdout === null) throw new Error('no output')
    await once(child.stdout, 'data')
  }

  async function kill(): Promise<void> {
    const killed = child
    child = undefined
    if (killed === undefined || killed.exitCode !== null || killed.signalCode !== null) return
    killed.kill('SIGKILL')
    await once(killed, 'exit')
  }

  it.each([
    { at: 1, forward: false },
    { at: 1, forward: true },
    { at: 2, forward: false },
    { at: 2, forward: true },
  ])('at submission %o makes the same account when it is asked again', async (moment) => {
    const handle = `killed-${moment.at}-${moment.forward}.test`
    const did = await scene.hires(handle)
    const face = { did, handle: publicHandle(handle) }
    await start()
    fatal = moment
    submissions = 0
    await expect(provisionFace(scene.org.inside, scene.org.client, face)).rejects.toMatchObject({ status: 503 })
    fatal = undefined
    const log = await scene.publicLog(did)
    await kill()
    await start()
    const { repos: before } = await scene.asks('org', atproto.listRepos)
    expect(JSON.stringify(before)).not.toContain(did)
    await provisionFace(scene.org.inside, scene.org.client, face)
    const whole = await scene.publicLog(did)
    expect(whole).toHaveLength(2)
    expect(whole.slice(0, log.length)).toEqual(log)
    const { repos } = await scene.asks('org', atproto.listRepos)
    expect((repos as { did: string }[]).filter((repo) => repo.did === did)).toHaveLength(1)
  })

  it.each([0, 30, 120])('%s ms after an account is asked for makes the same one', async (afterMs) => {
    const handle = `asked-${afterMs}.test`
    const did = await scene.hires(handle)
    const face = { did, handle: publicHandle(handle) }
    await start()
    const asked = provisionFace(scene.org.inside, scene.org.client, face).catch(() => {})
    await delay(afterMs)
    await kill()
    await asked
    await start()
    await provisionFace(scene.org.inside, scene.org.client, face)
    expect(await scene.publicLog(did)).toHaveLength(2)
    expect(await scene.org.client.getState(did)).toMatchObject({ handle: face.handle, active: true, records: [] })
  })

  it.each([0, 20, 80])('%s ms after records are pushed has them all, once, and says so', async (afterMs) => {
    using reader = await Subscriber.connects(scene.outside.relayUrl, undefined)
    await start()
    const did = await scene.promotes(`pushed-${afterMs}.test`)
    const version = await scene.publishes(did, `@public-pushed-${afterMs}.test/lib`, '1.0.0')
    const { blobs } = version
    const all = [version.writes.about, version.writes.version, version.writes.tag]
    await scene.pushesBlobs(did, blobs)
    // What was taken is kept, also when nobody had time to refer to it.
    await kill()
    await start()
    const pushed = scene.org.client.putRecords(did, all).catch(() => {})
    await delay(afterMs)
    await kill()
    await pushed
    await start()
    const { written, rev } = await scene.org.client.putRecords(did, all)
    expect([0, 3]).toContain(written)
    expect(await scene.org.client.putRecords(did, all)).toEqual({ written: 0, rev })
    const { records } = await scene.org.client.getState(did)
    expect(records.map(({ cid }) => cid).sort()).toEqual(all.map(({ cid }) => cid).sort())
    const { cids } = await scene.asks('org', atprotoPublic.listBlobs, { did })
    expect((cids as string[]).sort()).toEqual([...blobs].sort())
    const bytes = await scene.reads('org', `xrpc/${atproto.getBlob}?did=${did}&cid=${version.tarball.cid}`)
    expect(Buffer.from(await bytes.arrayBuffer()).equals(version.tarball.bytes)).toBe(true)
    const { collection, rkey, cid } = version.writes.version
    const uri = `at://${did}/${collection}/${rkey}`
    // As a commit, or by reading the repository after a commit that a kill kept back.
    const isThere = writes({ uri, cid })
    await expect
      .poll(() => reader.frames.some((frame) => isThere(frame) || saysSync(frame, did, rev)), { timeout: 60_000 })
      .toBe(true)
  })
})

function saysSync(frame: Subscriber['frames'][number], did: string, rev: string): boolean {
  return frame.kind === 'sync' && frame.event.did === did && frame.event.rev === rev
}

function passOn(url: string, { url: path = '/', method = 'GET' }: IncomingMessage, body: string): Promise<Response> {
  const headers = { 'content-type': 'application/json' }
  return fetch(`${url}${path}`, { method, headers, ...(body === '' ? {} : { body }) })
}
