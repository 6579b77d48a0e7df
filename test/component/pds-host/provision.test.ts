import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Secp256k1Keypair } from '@atproto/crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildGenesis, IdentityResolver } from '#common/identity/index.ts'
import { Directory } from '#pds/directory/index.ts'
import { PdsHost } from '#pds/host/index.ts'
import { type TestNetwork, testNetwork } from '#test/support/network.ts'
import { pdsConfig } from '#test/support/pds.ts'

describe('provisioning an account', () => {
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

  const logOf = async (did: string) => (await (await fetch(`${directory.url}/${did}/log`)).json()) as unknown[]

  it('gives it an identity that verifies, and keeps the key of its genesis for the day of its promotion', async () => {
    const config = await pdsConfig(net, 'people')
    await using host = await PdsHost.start({ config, role: 'people' })
    const { did } = await host.provision({ handle: 'Alice.test', owner: 'alice' })
    const account = await new IdentityResolver(net.network).resolve(did)
    const signingKey = (await host.signerFor(did)).did()
    expect(account).toMatchObject({ handle: 'alice.test', role: 'people', signingKey })
    const [sealed = ''] = await readdir(join(config.dataDir, 'sealed'))
    const file = join(config.dataDir, 'sealed', sealed)
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    const { privateKeyHex } = JSON.parse(await readFile(file, 'utf8')) as { privateKeyHex: string }
    expect((await buildGenesis(await Secp256k1Keypair.import(privateKeyHex))).did).toBe(did)
    const identity = (await logOf(did))[1] as { rotationKeys: string[] }
    expect(identity.rotationKeys).toHaveLength(2)
    expect(identity.rotationKeys[0]).toBe(config.pds.recoveryKey)
  })

  it('gives every account its own DID, the same owner the same account, and nobody else the handle', async () => {
    await using host = await PdsHost.start({ config: await pdsConfig(net, 'people'), role: 'people' })
    const bob = await host.provision({ handle: 'bob.test', owner: 'bob' })
    expect(await host.provision({ handle: 'bob.test', owner: 'bob' })).toEqual(bob)
    await expect(host.provision({ handle: 'bob.test', owner: 'bobby' })).rejects.toMatchObject({ code: 'HandleTaken' })
    const carol = await host.provision({ handle: 'carol.test', owner: 'carol' })
    expect(carol.did).not.toBe(bob.did)
    const page = await host.listAccounts({ limit: 1 })
    const rest = await host.listAccounts({ limit: 10, after: page[0]?.did })
    expect([...page, ...rest].map(({ handle }) => handle).sort()).toEqual(['bob.test', 'carol.test'])
    expect((await host.accountOf('carol.test'))?.did).toBe(carol.did)
  })

  it('makes the account whose DID was computed beforehand, and no other with its key', async () => {
    await using host = await PdsHost.start({ config: await pdsConfig(net, 'people'), role: 'people' })
    const privateKeyHex = Buffer.from(await (await Secp256k1Keypair.create({ exportable: true })).export()).toString(
      'hex',
    )
    const { did } = await buildGenesis(await Secp256k1Keypair.import(privateKeyHex))
    const request = { handle: 'registry.test', owner: 'registry', did, privateKeyHex }
    expect((await host.provision(request)).did).toBe(did)
    const wrong = { ...request, handle: 'other.test', did: 'did:plc:aaaaaaaaaaaaaaaaaaaaaaaa' }
    await expect(host.provision(wrong)).rejects.toThrow('is not that of')
  })

  it('works under a name without a dot, as containers have', async () => {
    await using own = await testNetwork()
    own.network.peers.people.url = 'http://people-pds:4882'
    own.network.hosts.people = ['http://people-pds:4882']
    await using _directory = await Directory.start(await own.configFor('directory'))
    const config = { ...(await pdsConfig(own, 'people')), listen: { host: '127.0.0.1', port: 0 } }
    await using host = await PdsHost.start({ config, role: 'people' })
    const { did } = await host.provision({ handle: 'alice.test', owner: 'alice' })
    expect(await new IdentityResolver(own.network).resolve(did)).toMatchObject({ role: 'people' })
  })
})
