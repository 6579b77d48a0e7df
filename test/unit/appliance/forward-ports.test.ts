import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { freePort } from '#appliance/config/index.ts'
import { forwardPorts } from '#appliance/run/index.ts'
import { atollProgram } from '#test/support/atoll-command.ts'

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

describe('a container that does nothing else', () => {
  it('forwards where its configuration says, until it is told to stop', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'atoll-forward-'))
    onTestFinished(() => rm(folder, { recursive: true }))
    const config = join(folder, 'config')
    const listen = { host: '127.0.0.1', port: await freePort() }
    const to = { host: '127.0.0.1', port: await somewhereElse('an edge') }
    await writeFile(config, JSON.stringify({ listen, to }))
    const child = spawn(process.execPath, [atollProgram, 'forward', '--config', config], { stdio: 'ignore' })
    const ended = once(child, 'exit')
    onTestFinished(() => void child.kill('SIGKILL'))
    await vi.waitFor(
      async () => expect(await (await fetch(`http://127.0.0.1:${listen.port}/`)).text()).toBe('an edge'),
      { timeout: 30_000, interval: 200 },
    )
    child.kill('SIGTERM')
    expect(await ended).toEqual([0, null])
  })
})
