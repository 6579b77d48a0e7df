import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { P256Keypair } from '@atproto/crypto'
import { freePort } from '#appliance/config/free-port.ts'
import { type NetworkConfig, networkSchema, type PeerName, peerNames } from '#common/config/index.ts'
import { hashMonitorToken, mintMonitorToken } from '#common/monitoring/index.ts'
import { createPeerAuth, type JtiStore, type PeerAuth } from '#common/service-auth/index.ts'
import { type TestDatabase, testDatabase } from './postgres.ts'

/** A network as the appliance would have laid it out: every component has a key, a DID and a place to listen. */
export interface TestNetwork extends AsyncDisposable {
  network: NetworkConfig
  /** What `componentSchema` asks for, and a database of its own. The data folder is new for each call. */
  configFor(name: PeerName): Promise<ComponentSettings>
  /** Somebody who holds this component's key. */
  authAs(name: PeerName): Promise<PeerAuth>
}

export interface ComponentSettings {
  network: NetworkConfig
  self: { did: string; privateKeyHex: string }
  listen: { host: string; port: number }
  monitoring: { tokenHash: string }
  dataDir: string
  logLevel: 'silent'
  database: { url: string; schema: string; poolSize: number }
}

type Overrides = Partial<Pick<NetworkConfig, 'idps' | 'registryDid' | 'publicUrls'>>

const idp = {
  issuer: 'http://localhost:1/idp',
  clientId: 'atoll',
  mfa: { claim: 'amr', accept: ['mfa'] },
  groups: { claim: 'groups', maxAgeHours: 1 },
}

export async function testNetwork(overrides: Overrides = {}): Promise<TestNetwork> {
  await using opening = new AsyncDisposableStack()
  const secrets = new Map<PeerName, string>()
  const peers: Record<string, { did: string; url: string; key: string }> = {}
  for (const name of peerNames) {
    const keypair = await P256Keypair.create({ exportable: true })
    secrets.set(name, Buffer.from(await keypair.export()).toString('hex'))
    peers[name] = { did: `did:web:${name}.test`, url: `http://localhost:${await freePort()}`, key: keypair.did() }
  }
  const urlOf = (name: PeerName) => peers[name]?.url ?? ''
  const network = networkSchema.parse({
    marker: 'atoll_private_network_of_the_tests_0001',
    registryDid: 'did:plc:aaaaaaaaaaaaaaaaaaaaaaaa',
    peers,
    hosts: { org: [urlOf('org')], people: [urlOf('people')] },
    publicUrls: { gateway: 'http://localhost:4873', people: 'http://127.0.0.1:4874' },
    idps: [idp],
    ...overrides,
  })
  const selfOf = (name: PeerName) => ({ did: network.peers[name].did, privateKeyHex: secrets.get(name) ?? '' })
  const folder = await mkdtemp(join(tmpdir(), 'atoll-network-'))
  opening.defer(() => rm(folder, { recursive: true, force: true }))
  const opened = opening.move()
  return {
    network,
    async configFor(name) {
      const database: TestDatabase = opened.use(await testDatabase(name))
      return {
        network,
        self: selfOf(name),
        listen: { host: '127.0.0.1', port: Number(new URL(network.peers[name].url).port) },
        monitoring: { tokenHash: hashMonitorToken(monitorToken) },
        dataDir: await mkdtemp(join(folder, `${name}-`)),
        logLevel: 'silent',
        database: { url: database.url, schema: database.schema, poolSize: 4 },
      }
    },
    authAs: (name) => createPeerAuth({ self: selfOf(name), network }, rememberNothing),
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  }
}

/** Who bears it may look into every component of a test network. */
export const monitorToken = mintMonitorToken()

/** For callers, who are never called. */
const rememberNothing: JtiStore = { use: async () => true }
