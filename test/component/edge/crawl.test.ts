import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { atproto } from '#lexicons'
import { deprecation } from '#test/support/public-network/publications.ts'
import { writes } from '../public-network/public-scene.ts'
import { Subscriber } from '../relay/subscriber.ts'
import { EdgeScene, sent } from './edge-scene.ts'

describe('the relays of an edge PDS', () => {
  let scene: EdgeScene
  let door: Server
  /** Requests that came through the door, whether they were let through or not. */
  let asked: { path: string; body: string }[] = []
  let isShut = false

  beforeAll(async () => {
    scene = await EdgeScene.opens()
    // Between the edge and the relay, so that it can be seen what is asked, and be refused.
    door = createServer(async (request, response) => {
      const body = await text(request)
      asked.push({ path: request.url ?? '', body })
      const answer = isShut ? undefined : await passOn(scene.outside.relayUrl, request, body)
      response.writeHead(answer?.status ?? 503).end(await answer?.text())
    })
    await new Promise<void>((resolve) => door.listen(0, '127.0.0.1', resolve))
    await scene.stopEdge('org')
    scene.org.config.relays = [`http://127.0.0.1:${(door.address() as AddressInfo).port}`]
    await scene.startEdge('org')
  })
  afterAll(async () => {
    await scene?.[Symbol.asyncDispose]()
    door?.closeAllConnections()
    await new Promise((resolve) => door?.close(resolve))
  })

  const said = (did: string, version: string) => sent(deprecation(did, '@public-acme.test/lib', version, 'old'))

  it('are not asked to come while there is nothing', async () => {
    await new Promise((resolve) => setTimeout(resolve, 1_500))
    expect(asked).toEqual([])
  })

  it('come and read when it is asked for, and see each commit', async () => {
    using reader = await Subscriber.connects(scene.outside.relayUrl, undefined)
    const did = await scene.promotes('acme.test')
    const write = said(did, '1.0.0')
    await scene.org.client.putRecords(did, [write])
    const place = { uri: `at://${did}/${write.collection}/${write.rkey}`, cid: write.cid }
    await reader.until(writes(place))
    const hostname = new URL(scene.org.config.publicUrl).host
    expect(asked[0]).toEqual({ path: `/xrpc/${atproto.requestCrawl}`, body: JSON.stringify({ hostname }) })
  })

  it('are asked again until they have said yes, and once for commits that come one upon the other', async () => {
    const did = await scene.promotes('acme.test')
    isShut = true
    await new Promise((resolve) => setTimeout(resolve, 1_500))
    asked = []
    for (const version of ['2.0.0', '2.0.1', '2.0.2']) await scene.org.client.putRecords(did, [said(did, version)])
    await expect.poll(() => asked.length, { timeout: 60_000 }).toBeGreaterThanOrEqual(2)
    expect(asked.length).toBeLessThan(4)
    isShut = false
    const tried = asked.length
    await expect.poll(() => asked.length, { timeout: 60_000 }).toBeGreaterThan(tried)
    const answered = asked.length
    await new Promise((resolve) => setTimeout(resolve, 3_000))
    expect(asked.length).toBe(answered)
  })

  it('are asked at a start, for what an earlier run had no time to say', async () => {
    await scene.stopEdge('org')
    asked = []
    await scene.startEdge('org')
    await expect.poll(() => asked.length).toBeGreaterThan(0)
  })
})

function passOn(url: string, { url: path = '/', method = 'GET' }: IncomingMessage, body: string): Promise<Response> {
  const headers = { 'content-type': 'application/json' }
  return fetch(`${url}${path}`, { method, headers, ...(body === '' ? {} : { body }) })
}
