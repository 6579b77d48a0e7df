import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { decode, fromBytes } from '@atcute/cbor'
import { BytesWrapper } from '@atcute/cbor/bytes'
import { CidLinkWrapper } from '@atcute/cid'
import type { NetworkConfig } from '#common/config/index.ts'
import { createPeerAuth } from '#common/service-auth/index.ts'
import { createPeerClient, type PeerClient } from '#common/xrpc/index.ts'
import { atproto } from '#lexicons'
import { readTree, type TreeNode } from './read-tree.ts'

export interface InsideRecord {
  did: string
  collection: string
  rkey: string
  cid: string
  /** The version that it is about, where it says so. */
  version?: string | undefined
  /** CIDs of the blobs and blocks that it links to. */
  links: readonly string[]
  /** Digests that it names. */
  digests: readonly string[]
}

export interface InsideAccount {
  did: string
  handle: string
  /** did:keys of its private identity, but for the one that made the DID. */
  keys: readonly string[]
  records: readonly InsideRecord[]
  /** CID of its last commit. */
  commit: string
  nodes: readonly TreeNode[]
}

interface LoggedOperation {
  rotationKeys: string[]
  verificationMethods: Record<string, string>
  alsoKnownAs: string[]
}

/** Everything that is in the repositories of a box, read as its AppView may. */
export async function readInside(dataDir: string): Promise<{ network: NetworkConfig; accounts: InsideAccount[] }> {
  const { network, self } = JSON.parse(await readFile(join(dataDir, 'run', 'appview.json'), 'utf8'))
  const auth = await createPeerAuth({ network, self }, { use: async () => false })
  const accounts: InsideAccount[] = []
  for (const role of ['org', 'people'] as const) {
    const pds = createPeerClient(role, network, auth)
    const { repos } = (await (await pds.fetch(atproto.listRepos, { limit: '1000' })).json()) as {
      repos: { did: string }[]
    }
    for (const { did } of repos) accounts.push(await readAccount(pds, network, did))
  }
  return { network, accounts }
}

async function readAccount(pds: PeerClient, network: NetworkConfig, did: string): Promise<InsideAccount> {
  const car = await pds.fetch(atproto.getRepo, { did })
  const { blocks, commit, nodes, leaves } = readTree(new Uint8Array(await car.arrayBuffer()))
  const log = await (await fetch(`${network.peers.directory.url}/${did}/log`)).json()
  const [genesis, ...later] = log as [LoggedOperation, ...LoggedOperation[]]
  const keys = later.flatMap((each) => [...each.rotationKeys, ...Object.values(each.verificationMethods)])
  const records = leaves.map(({ key, value: cid }) => {
    const slash = key.indexOf('/')
    const record = decode(blocks.get(cid) ?? Buffer.of()) as { version?: unknown }
    const version = typeof record.version === 'string' ? record.version : undefined
    return { did, collection: key.slice(0, slash), rkey: key.slice(slash + 1), cid, version, ...named(record) }
  })
  const handle = later.at(-1)?.alsoKnownAs[0]?.replace('at://', '') ?? ''
  return { did, handle, keys: keys.filter((key) => !genesis.rotationKeys.includes(key)), records, commit, nodes }
}

/** What a record names of others. */
function named(record: unknown): Pick<InsideRecord, 'links' | 'digests'> {
  const links: string[] = []
  const digests: string[] = []
  const visit = (value: unknown): void => {
    if (value instanceof CidLinkWrapper) links.push(value.$link)
    else if (value instanceof BytesWrapper)
      for (const found of digestsIn(Buffer.from(fromBytes(value)).toString('latin1'))) digests.push(found)
    else if (typeof value === 'string') digests.push(...digestsIn(value))
    else if (value !== null && typeof value === 'object') Object.values(value).forEach(visit)
  }
  visit(record)
  return { links, digests }
}

function digestsIn(text: string): string[] {
  return [/^sha512-(\S{86}==)$/, /^([0-9a-f]{40})$/, /^([0-9a-f]{64})$/].flatMap((shape) => shape.exec(text)?.[1] ?? [])
}
