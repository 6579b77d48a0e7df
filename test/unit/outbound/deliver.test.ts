import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { deliver } from '#common/outbound/index.ts'

let server: Server
const sockets: Socket[] = []

afterEach(closes)

async function closes(): Promise<void> {
  for (const socket of sockets.splice(0)) socket.destroy()
  await new Promise((resolve) => server.close(resolve))
}

/** Sends to somebody who does that with each connection. */
async function sends(
  bytes: Buffer,
  take: (socket: Socket) => void,
  { timeoutMs = 10_000, signal = new AbortController().signal } = {},
): Promise<void> {
  server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.push(socket.on('error', () => {}))
    take(socket)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  await deliver(bytes, { host: '127.0.0.1', port, tls: false, ca: [] }, { timeoutMs, signal })
}

const few = Buffer.from('5 hello')
/** More than sockets keep. */
const many = Buffer.alloc(32 * 2 ** 20)

describe('bytes for a receiver that confirms nothing', () => {
  it('are taken when it closes behind them, whatever it says', async () => {
    const chunks: Buffer[] = []
    await sends(few, (socket) => {
      socket.write('welcome')
      socket.on('data', (chunk) => chunks.push(chunk)).on('end', () => socket.end())
    })
    expect(Buffer.concat(chunks).toString()).toBe('5 hello')
  })

  it('are not when it says goodbye before it has them all', async () => {
    await expect(sends(many, (socket) => socket.end())).rejects.toThrow('before it had everything')
  })

  it('are not when the connection breaks', async () => {
    await expect(sends(many, (socket) => socket.resetAndDestroy())).rejects.toThrow()
  })

  it('are not when it never closes, or when nobody waits any more', async () => {
    const keeps = (socket: Socket) => void socket.resume()
    await expect(sends(few, keeps, { timeoutMs: 200 })).rejects.toMatchObject({ name: 'TimeoutError' })
    await closes()
    const gone = { signal: AbortSignal.abort() }
    await expect(sends(few, keeps, gone)).rejects.toMatchObject({ name: 'AbortError' })
    await closes()
    const going = new AbortController()
    const sending = sends(few, () => going.abort(), { signal: going.signal })
    await expect(sending).rejects.toMatchObject({ name: 'AbortError' })
  })
})
