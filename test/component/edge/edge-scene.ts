import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { Secp256k1Keypair } from '@atproto/crypto'
import { freePort } from '#appliance/config/free-port.ts'
import { hashMonitorToken } from '#common/monitoring/index.ts'
import type { UnplacedRecord } from '#common/records/index.ts'
import { Directory } from '#pds/directory/index.ts'
import { type EdgeConfig, EdgePds, edgeConfigSchema } from '#pds/edge/index.ts'
import { PdsHost, type RecordWrite } from '#pds/host/index.ts'
import { createEdgeClient, type EdgeClient, edgePeerSchema, type FaceWrite, provisionFace } from '#pds/promote/index.ts'
import { monitorToken, type TestNetwork, testNetwork } from '#test/support/network.ts'
import { pdsConfig } from '#test/support/pds.ts'
import { testDatabase } from '#test/support/postgres.ts'
import { PublicNetwork } from '#test/support/public-network/index.ts'
import { packed, recordsOf } from '#test/support/public-network/publications.ts'

export type Role = 'org' | 'people'
const roles = ['org', 'people'] as const

/** Of one role: the PDS inside, the edge outside, and how the one speaks with the other. */
export interface Side {
  inside: PdsHost
  config: EdgeConfig
  client: EdgeClient
}

export interface PromotedVersion {
  did: string
  tarball: { bytes: Buffer; cid: string }
  /** CIDs of all blobs its record refers to. */
  blobs: string[]
  writes: { about: FaceWrite; version: FaceWrite; tag: FaceWrite }
}

/** A private network, a public one, and the edge PDSes between them: everything real but the promotion itself. */
export class EdgeScene implements AsyncDisposable {
  readonly net: TestNetwork
  readonly outside: PublicNetwork
  readonly sides: Record<Role, Side>
  readonly #edges = new Map<Role, EdgePds>()
  readonly #opened: AsyncDisposableStack

  private constructor(parts: Pick<EdgeScene, 'net' | 'outside' | 'sides'>, opened: AsyncDisposableStack) {
    this.net = parts.net
    this.outside = parts.outside
    this.sides = parts.sides
    this.#opened = opened
  }

  static async opens(): Promise<EdgeScene> {
    await using opening = new AsyncDisposableStack()
    const net = opening.use(await testNetwork())
    opening.use(await Directory.start(await net.configFor('directory')))
    const outside = opening.use(await PublicNetwork.start({ empty: true }))
    const side = async (role: Role): Promise<Side> => {
      const inside = opening.use(await PdsHost.start({ config: await pdsConfig(net, role), role }))
      const config = await edgeConfig({ role, net, outside }, opening)
      return { inside, config, client: await clientOf(inside, config) }
    }
    const sides = { org: await side('org'), people: await side('people') }
    const scene = new EdgeScene({ net, outside, sides }, opening.move())
    for (const role of roles) await scene.startEdge(role)
    return scene
  }

  get org(): Side {
    return this.sides.org
  }

  get people(): Side {
    return this.sides.people
  }

  async startEdge(role: Role): Promise<void> {
    this.#edges.set(role, await EdgePds.start(this.sides[role].config))
  }

  async stopEdge(role: Role): Promise<void> {
    const edge = this.#edges.get(role)
    this.#edges.delete(role)
    await edge?.[Symbol.asyncDispose]()
  }

  /** An account of the inside, which has no public face yet. */
  async hires(handle: string, role: Role = 'org'): Promise<string> {
    return (await this.sides[role].inside.provision({ handle, owner: handle })).did
  }

  /** One with a public face. */
  async promotes(handle: string, role: Role = 'org'): Promise<string> {
    const did = await this.hires(handle, role)
    await provisionFace(this.sides[role].inside, this.sides[role].client, { did, handle: publicHandle(handle) })
    return did
  }

  /** A version as the inside has it, with its tarball. */
  async publishes(did: string, name: string, version: string): Promise<PromotedVersion> {
    const { inside } = this.org
    const { bytes, tarball } = await packed({ name, version, files: { 'README.md': `# ${name}\n` } })
    const records = recordsOf(did, tarball)
    const upload = await inside.receiveUpload(Readable.from([bytes]), 10_000_000)
    const files = [{ path: upload.path, cid: upload.cid, size: upload.size, mimeType: 'application/gzip' }]
    if (tarball.readme !== undefined) {
      const readme = await inside.receiveUpload(Readable.from([tarball.readme.bytes]), 10_000_000)
      files.push({ path: readme.path, cid: readme.cid, size: readme.size, mimeType: tarball.readme.mimeType })
    }
    const all = [records.about, records.version, records.tag]
    const writes = all.map((record): RecordWrite => ({ action: 'put', ...record }))
    await inside.write(did, writes, { by: 'did:web:test', procedure: 'test' }, files)
    return {
      did,
      tarball: { bytes, cid: upload.cid },
      blobs: files.map(({ cid }) => cid),
      writes: { about: sent(records.about), version: sent(records.version), tag: sent(records.tag) },
    }
  }

  /** Sends the blobs of records from where the inside has them. */
  async pushesBlobs(did: string, cids: readonly string[]): Promise<void> {
    for (const cid of cids) {
      const blob = await this.org.inside.openBlob(did, cid)
      if (blob === undefined) throw new Error(`there is no ${cid} inside`)
      const { size, mimeType, bytes } = blob
      await this.org.client.putBlob({ did, cid, size, mimeType }, bytes)
    }
  }

  /** What anybody is answered by the edge. */
  async reads(role: Role, path: string, init: RequestInit = {}): Promise<Response> {
    return fetch(`${this.sides[role].config.publicUrl}/${path}`, init)
  }

  async asks(role: Role, nsid: string, query: Record<string, string> = {}): Promise<Record<string, unknown>> {
    const response = await this.reads(role, `xrpc/${nsid}?${new URLSearchParams(query)}`)
    return (await response.json()) as Record<string, unknown>
  }

  async publicLog(did: string): Promise<unknown[]> {
    const response = await fetch(`${this.outside.directoryUrl}/${did}/log`)
    return response.status === 404 ? [] : ((await response.json()) as unknown[])
  }

  async privateLog(did: string): Promise<unknown[]> {
    return (await (await fetch(`${this.net.network.peers.directory.url}/${did}/log`)).json()) as unknown[]
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const role of roles) await this.stopEdge(role)
    await this.#opened.disposeAsync()
  }
}

/** Handles are others outside. */
export function publicHandle(handle: string): string {
  return `public-${handle}`
}

export function sent({ collection, rkey, record, cid }: UnplacedRecord): FaceWrite {
  return { collection, rkey, record, cid }
}

export async function clientOf(
  { config: { self } }: Pick<PdsHost, 'config'>,
  { publicUrl, self: edge, pds, caller }: EdgeConfig,
): Promise<EdgeClient> {
  const { did } = edge
  const peer = { did, url: publicUrl, key: caller.key, endpoint: publicUrl, recoveryKey: pds.recoveryKey }
  return createEdgeClient({ self, peer: edgePeerSchema.parse(peer) })
}

interface EdgeOf {
  role: Role
  net: TestNetwork
  outside: PublicNetwork
}

async function edgeConfig({ role, net, outside }: EdgeOf, opened: AsyncDisposableStack): Promise<EdgeConfig> {
  const database = opened.use(await testDatabase(`edge_${role}`))
  const dataDir = await mkdtemp(join(tmpdir(), `atoll-edge-${role}-`))
  opened.defer(() => rm(dataDir, { recursive: true, force: true }))
  const port = await freePort()
  const { did, key } = net.network.peers[role]
  return edgeConfigSchema.parse({
    role,
    listen: { host: '127.0.0.1', port },
    monitoring: { tokenHash: hashMonitorToken(monitorToken) },
    dataDir,
    logLevel: 'silent',
    self: { did: `did:web:edge-${role}.test` },
    caller: { did, key },
    publicUrl: `http://localhost:${port}`,
    directory: outside.directoryUrl,
    relays: [outside.relayUrl],
    database: { url: database.url, schema: database.schema, poolSize: 4 },
    pds: {
      jwtSecret: randomBytes(32).toString('hex'),
      adminPassword: randomBytes(16).toString('hex'),
      rotationKeyHex: randomBytes(32).toString('hex'),
      recoveryKey: (await Secp256k1Keypair.create()).did(),
    },
  })
}
