import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocketServer } from 'ws'
import { createOutbound, type Outbound, outboundSchema } from '#common/outbound/index.ts'
import { tinyServer } from '#test/support/tiny-server.ts'

const config = outboundSchema.parse({})
const limits = { maxBytes: 1000, timeoutMs: 2000 }

const opened = new AsyncDisposableStack()
let origin: string
let asked: number

beforeAll(async () => {
  const host = opened.use(
    await tinyServer((_request, response) => {
      asked += 1
      response.end('here')
    }),
  )
  origin = host.url
  const sockets = new WebSocketServer({ server: host.server })
  sockets.on('connection', (socket) => {
    asked += 1
    socket.send(Buffer.from('here'))
    socket.close()
  })
})
afterAll(() => opened.disposeAsync())

async function hears(outbound: Outbound, url: string, discovered: boolean): Promise<string[]> {
  const bounds = { maxMessageBytes: 100, maxWaitingBytes: 100, silenceMs: 2000, onOpen() {} }
  const heard: string[] = []
  const messages = outbound.subscribe(url, { ...bounds, discovered, signal: AbortSignal.timeout(5000) })
  for await (const message of messages) heard.push(Buffer.from(message).toString())
  return heard
}

describe('a host that somebody else named', () => {
  it('is asked, and listened to, when the configuration names it, too', async () => {
    await using outbound = createOutbound({ allow: [origin], config })
    const answer = await outbound.fetch(origin, { ...limits, discovered: true })
    expect((await answer.bytes()).toString()).toBe('here')
    expect(await hears(outbound, origin, true)).toEqual(['here'])
  })

  it('is not connected to while it is private, or speaks plainly', async () => {
    await using outbound = createOutbound({ allow: [], config })
    asked = 0
    const { port } = new URL(origin)
    for (const url of [origin, `https://127.0.0.1:${port}`]) {
      const asking = outbound.fetch(url, { ...limits, discovered: true })
      await expect(asking).rejects.toMatchObject({ code: 'UpstreamUnavailable' })
      await expect(hears(outbound, url, true)).rejects.toThrow(/not https|private address/)
    }
    await expect(hears(outbound, `https://localhost:${port}`, true)).rejects.toThrow('the connection failed')
    expect(asked).toBe(0)
  })

  it('may be private where a whole public network is on one machine', async () => {
    await using outbound = createOutbound({ allow: [], config, discoverPrivate: true })
    const answer = await outbound.fetch(origin, { ...limits, discovered: true })
    expect((await answer.bytes()).toString()).toBe('here')
    expect(await hears(outbound, origin, true)).toEqual(['here'])
  })

  it('is still not asked as if it were one of the configuration', async () => {
    await using outbound = createOutbound({ allow: [], config, discoverPrivate: true })
    await expect(outbound.fetch(origin, limits)).rejects.toThrow('is not configured')
    await expect(hears(outbound, origin, false)).rejects.toThrow('is not configured')
  })
})
