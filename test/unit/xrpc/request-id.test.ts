import { Writable } from 'node:stream'
import { afterEach, describe, expect, it } from 'vitest'
import { createLogger } from '#common/log/index.ts'
import { createServer, listen, requestIdHeader, type Server, sendXrpc } from '#common/xrpc/index.ts'

const servers: Server[] = []
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close()
})

interface Line {
  component: string
  reqId?: string
  msg: string
}

function component(name: string): { server: Server; lines: Line[]; log: ReturnType<typeof createLogger> } {
  const lines: Line[] = []
  const sink = new Writable({
    write(chunk, _encoding, done) {
      const line = JSON.parse(String(chunk)) as Line
      if (!line.msg.startsWith('Server listening')) lines.push(line)
      done()
    },
  })
  const log = createLogger(name, 'info', sink)
  const server = createServer({ log })
  servers.push(server)
  return { server, lines, log }
}

/** A front that asks a back, as the gateway asks a PDS; both write a line. */
async function frontAndBack() {
  const back = component('back')
  back.server.post('/xrpc/deed', async () => {
    back.log.info('done')
    return {}
  })
  const backUrl = await listen(back.server, { host: '127.0.0.1', port: 0 })
  const front = component('front')
  front.server.post('/ask', async () => {
    // Lines and calls after a pause belong to the request all the same.
    await new Promise((resolve) => setImmediate(resolve))
    front.log.info('asking')
    await sendXrpc('back', `${backUrl}/xrpc/deed`, { method: 'POST' })
    return {}
  })
  const url = await listen(front.server, { host: '127.0.0.1', port: 0 })
  return { front, back, ask: (headers: Record<string, string>) => send(`${url}/ask`, headers) }
}

function send(url: string, headers: Record<string, string>): Promise<Response> {
  const body = JSON.stringify({ some: 'body' })
  return fetch(url, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body })
}

describe('the id of a request', () => {
  it('is on every line it led to, in every component, and in the answer', async () => {
    const { front, back, ask } = await frontAndBack()
    const answer = await ask({ [requestIdHeader]: 'from-the-client-1' })
    expect(answer.headers.get(requestIdHeader)).toBe('from-the-client-1')
    expect(front.lines).toEqual([expect.objectContaining({ msg: 'asking', reqId: 'from-the-client-1' })])
    expect(back.lines).toEqual([expect.objectContaining({ msg: 'done', reqId: 'from-the-client-1' })])
  })

  it('is drawn where the client has none, or one that would forge lines of the log', async () => {
    const { front, back, ask } = await frontAndBack()
    const answer = await ask({ [requestIdHeader]: 'x","level":60' })
    const id = answer.headers.get(requestIdHeader)
    expect(id).toMatch(/^[\w-]{8,64}$/)
    expect([front.lines[0]?.reqId, back.lines[0]?.reqId]).toEqual([id, id])
  })

  it('keeps requests apart that are answered at the same time', async () => {
    const { back, ask } = await frontAndBack()
    const ids = Array.from({ length: 20 }, (_, at) => `request-${at}`)
    await Promise.all(ids.map((id) => ask({ [requestIdHeader]: id })))
    expect(back.lines.map(({ reqId }) => reqId).sort()).toEqual([...ids].sort())
  })

  it('is on no line of work that nobody asked for', () => {
    const { log, lines } = component('alone')
    log.info('by itself')
    expect(lines[0]).not.toHaveProperty('reqId')
  })
})
