import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { Secp256k1Keypair } from '@atproto/crypto'
import type { PDS } from '@atproto/pds'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { recordUri } from '#common/records/index.ts'
import { app, atprotoWrites } from '#lexicons'
import { DiskBlobStore } from '#pds/host/blobs/index.ts'
import { embedPds } from '#pds/host/embed/index.ts'
import { gateWrites } from '#pds/host/gate-writes/index.ts'
import { type TestNetwork, testNetwork } from '#test/support/network.ts'
import { pdsConfig } from '#test/support/pds.ts'

const did = 'did:plc:aaaaaaaaaaaaaaaaaaaaaaaa'
const collection = app.npm.package.tag.$nsid
const record = {
  $type: collection,
  package: recordUri(did, collection, 'x'),
  tag: 'a',
  version: '1.0.0',
  createdAt: '2026-01-01T00:00:00Z',
}

/** The embedded PDS as it is without anything in front of it, asked by the owner of an account with a valid session. */
describe('the write gate', () => {
  let net: TestNetwork
  let pds: PDS
  let server: Server
  let session: string

  beforeAll(async () => {
    net = await testNetwork()
    const config = await pdsConfig(net, 'org')
    const settings = { ...config, directoryUrl: net.network.peers.directory.url }
    pds = await embedPds(settings, net.network.peers.org.url, await DiskBlobStore.open(join(config.dataDir, 'blobs')))
    await pds.ctx.sequencer.start()
    const transact = gateWrites(pds.ctx)
    await pds.ctx.actorStore.create(did, await Secp256k1Keypair.create({ exportable: true }))
    const commit = await transact(did, ({ repo }) => repo.createRepo([]))
    const account = { did, handle: 'acme.test', email: 'a@account.invalid', password: 'password' } as const
    await pds.ctx.accountManager.createAccount({ ...account, repoCid: commit.cid, repoRev: commit.rev })
    session = (await pds.ctx.accountManager.createSession(did, null)).accessJwt
    server = createServer(pds.app)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  })
  afterAll(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
    await pds.destroy()
    await net[Symbol.asyncDispose]()
  })

  const asks = (nsid: string, body: string, type: string) =>
    fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/xrpc/${nsid}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${session}`, 'content-type': type },
      body,
    })

  const inputs: Record<string, object> = {
    applyWrites: {
      repo: did,
      writes: [{ $type: 'com.atproto.repo.applyWrites#create', collection, rkey: 'x', value: record }],
    },
    createRecord: { repo: did, collection, rkey: 'x', record, validate: false },
    putRecord: { repo: did, collection, rkey: 'x', record, validate: false },
  }

  it.each(Object.keys(inputs))('stops %s', async (name) => {
    const nsid = atprotoWrites.find((candidate) => candidate.endsWith(`.${name}`)) ?? ''
    const response = await asks(nsid, JSON.stringify(inputs[name]), 'application/json')
    expect(response.ok).toBe(false)
    expect(await pds.ctx.actorStore.read(did, (reader) => reader.record.listAll())).toEqual([])
  })

  it('stops uploads', async () => {
    const nsid = atprotoWrites.find((candidate) => candidate.endsWith('.uploadBlob')) ?? ''
    expect((await asks(nsid, 'bytes', 'text/plain')).ok).toBe(false)
    expect(await pds.ctx.actorStore.read(did, ({ repo }) => repo.blob.getBlobCids())).toEqual([])
  })

  it('stops everybody in the process who does not hold the key', async () => {
    const { actorStore } = pds.ctx
    await expect(actorStore.transact(did, ({ repo }) => repo.processWrites([]))).rejects.toThrow('approved operations')
    await expect(actorStore.writeNoTransaction(did, async () => {})).rejects.toThrow('approved operations')
  })
})
