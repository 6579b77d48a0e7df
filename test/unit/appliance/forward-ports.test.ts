import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { freePort } from '#appliance/config/index.ts'
import { forwardPorts } from '#appliance/run/index.ts'

/** What is in the other container. @returns its port */
async function somewhereElse(answer: string): Promise<number> {
  const server = createServer((_request, response) => response.end(answer))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return (server.address() as AddressInfo).port
}

describe('a forwarded port', () => {
  it('brings everything both ways, however long, and ends when it is given back', async () => {
    const long = 'x'.repeat(3_000_000)
    const port = await freePort()
    const there = await somewhereElse(long)
    {
      await using _forwards = await forwardPorts([{ port, to: { host: '127.0.0.1', port: there } }])
      expect(await (await fetch(`http://localhost:${port}/`)).text()).toBe(long)
    }
    await expect(fetch(`http://localhost:${port}/`)).rejects.toThrow()
  })

  it('hangs up when nobody is there', async () => {
    const port = await freePort()
    await using _forwards = await forwardPorts([{ port, to: { host: '127.0.0.1', port: await freePort() } }])
    await expect(fetch(`http://localhost:${port}/`)).rejects.toThrow()
  })
})
