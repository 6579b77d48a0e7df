import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { IdentityResolver } from '#common/identity/index.ts'
import { Directory } from '#pds/directory/index.ts'
import { PdsHost } from '#pds/host/index.ts'
import { type TestNetwork, testNetwork } from '#test/support/network.ts'
import { pdsConfig } from '#test/support/pds.ts'

const program = join(import.meta.dirname, 'provision-once.ts')

describe('provisioning an account in a PDS that is killed', () => {
  let net: TestNetwork
  let directory: Directory

  beforeAll(async () => {
    net = await testNetwork()
    directory = await Directory.start(await net.configFor('directory'))
  })
  afterAll(async () => {
    await directory[Symbol.asyncDispose]()
    await net[Symbol.asyncDispose]()
  })

  it.each([
    ['before the directory has the genesis', { killAt: 1, forward: false }],
    ['before it hears that the directory has it', { killAt: 1, forward: true }],
    ['before it hears that the directory has the identity', { killAt: 2, forward: true }],
  ])('%s: the next run finishes the same account', async (name, { killAt, forward }) => {
    const handle = `${name.split(' ').at(-1)}-${killAt}-${forward}.test`
    const config = await pdsConfig(net, 'people')
    let child: ChildProcess | undefined
    let writes = 0
    // Stands between the PDS and the directory, so that the kill comes at an exact moment.
    const door = createServer(async (request, response) => {
      writes += request.method === 'POST' ? 1 : 0
      const isFatal = request.method === 'POST' && writes === killAt
      const answer = isFatal && !forward ? undefined : await passOn(directory.url, request)
      if (isFatal) child?.kill('SIGKILL')
      response.writeHead(answer?.status ?? 503).end(await answer?.text())
    })
    await new Promise<void>((resolve) => door.listen(0, '127.0.0.1', resolve))
    try {
      const { port } = door.address() as AddressInfo
      const file = join(config.dataDir, 'config.json')
      const peers = { ...config.network.peers }
      peers.directory = { ...peers.directory, url: `http://localhost:${port}` }
      await writeFile(file, JSON.stringify({ ...config, network: { ...config.network, peers } }))
      child = spawn(process.execPath, [program, file, handle], { stdio: 'ignore' })
      const [, signal] = await once(child, 'exit')
      expect(signal).toBe('SIGKILL')
    } finally {
      door.closeAllConnections()
      await new Promise((resolve) => door.close(resolve))
    }

    await using host = await PdsHost.start({ config, role: 'people' })
    expect(await host.accountOf(handle)).toBeUndefined()
    const { did } = await host.provision({ handle, owner: handle })
    expect(await readdir(join(config.dataDir, 'sealed'))).toEqual([did.replaceAll(':', '_')])
    const signingKey = (await host.signerFor(did)).did()
    expect(await new IdentityResolver(net.network).resolve(did)).toMatchObject({ handle, signingKey })
    expect(await (await fetch(`${directory.url}/${did}/log`)).json()).toHaveLength(2)
  })
})

async function passOn(directoryUrl: string, request: IncomingMessage): Promise<Response> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  const { authorization = '', 'content-type': type = '' } = request.headers
  return fetch(`${directoryUrl}${request.url}`, {
    method: request.method ?? 'GET',
    headers: { authorization, 'content-type': type },
    ...(chunks.length === 0 ? {} : { body: Buffer.concat(chunks) }),
  })
}
