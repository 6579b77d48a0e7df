import { P256Keypair } from '@atproto/crypto'
import { portOfFace } from '#appliance/config/components.ts'
import { type FaceName, publicFaceUrls } from '#appliance/config/index.ts'
import { hashMonitorToken } from '#common/monitoring/monitor-token.ts'
import type { FaceSecrets } from './face-secrets.ts'
import { oneMachine } from './layout.ts'
import type { FaceParts, Parts } from './parts.ts'

/** Roles of Postgres: identifiers have no hyphen. */
export const faceRoles = {
  'edge-org': 'edge_org',
  'edge-people': 'edge_people',
  'public-appview': 'public_appview',
} as const

/** What is told of those that sign to each other. */
export async function describeFace(secrets: FaceSecrets): Promise<FaceParts['keys']> {
  const keyOf = async (name: 'public-appview' | 'public-gateway') =>
    (await P256Keypair.import(Buffer.from(secrets[name].privateKeyHex, 'hex'))).did()
  return { 'public-appview': await keyOf('public-appview'), 'public-gateway': await keyOf('public-gateway') }
}

/** The configuration of each part of the public face. None of them names an address inside. */
export function faceConfigs(parts: Parts, face: FaceParts): Record<FaceName, object> {
  const { settings, network, outside, layout = oneMachine(settings) } = parts
  const { ports, promotion, publicNetwork, networkName } = settings
  if (promotion === undefined || publicNetwork === undefined) throw new Error('nothing is made public here')
  const urls = publicFaceUrls(promotion, ports)
  const base = (name: FaceName) => ({
    listen: { host: layout.listenHost, port: ports[portOfFace[name]] },
    monitoring: { tokenHash: hashMonitorToken(parts.secrets.monitoring.token) },
    dataDir: layout.dataDirOf(name),
    logLevel: settings.logLevel,
  })
  const database = (name: keyof typeof faceRoles) => ({
    database: { url: face.databaseUrls[faceRoles[name]], schema: faceRoles[name] },
  })
  const edge = (role: 'org' | 'people') => ({
    ...base(`edge-${role}`),
    ...database(`edge-${role}`),
    role,
    self: { did: edgeDid(urls[role]) },
    caller: { did: network.peers[role].did, key: network.peers[role].key },
    publicUrl: urls[role],
    directory: publicNetwork.directory,
    relays: publicNetwork.relays,
    outbound: outside.outbound,
    pds: face.secrets[`edge-${role}`].pds,
    blobs: { kind: 'disk' },
    tarballBytes: settings.tarballBytes,
  })
  const peer = (name: 'public-appview' | 'public-gateway') => ({
    did: faceDid(networkName, name),
    url: `http://${layout.hostOf(name)}:${ports[portOfFace[name]]}`,
    key: face.keys[name],
  })
  const shared = (name: 'public-appview' | 'public-gateway') => ({
    ...base(name),
    network: { peers: { appview: peer('public-appview'), gateway: peer('public-gateway') } },
    self: { did: faceDid(networkName, name), privateKeyHex: face.secrets[name].privateKeyHex },
    publicUrl: urls.gateway,
  })
  const { nameServers } = publicNetwork
  return {
    'edge-org': edge('org'),
    'edge-people': edge('people'),
    'public-appview': {
      ...shared('public-appview'),
      ...database('public-appview'),
      hosts: { org: [urls.org], people: [urls.people] },
      directory: publicNetwork.directory,
      marker: network.marker,
      outbound: outside.outbound,
      ...(nameServers === undefined ? {} : { nameServers }),
    },
    'public-gateway': { ...shared('public-gateway'), trustedProxies: settings.trustedProxies },
  }
}

/** The edge PDS of one role, as the inside PDS of that role knows it. */
export function edgePeerOf(parts: Parts, face: FaceParts, role: 'org' | 'people') {
  const { settings, layout = oneMachine(settings) } = parts
  const { ports, promotion } = settings
  if (promotion === undefined) throw new Error('nothing is made public here')
  const name = `edge-${role}` as const
  const { recoveryKey } = face.secrets[name].pds
  const endpoint = publicFaceUrls(promotion, ports)[role]
  return {
    did: edgeDid(endpoint),
    url: `http://${layout.pushHostOf(role)}:${ports[portOfFace[name]]}`,
    // It signs nothing to anybody: what it says is held to what is pinned here.
    key: recoveryKey,
    endpoint,
    recoveryKey,
  }
}

/** What a preflight takes for the inside, from the settings and from where the box is. */
export function preflightSettings({ settings, network }: Parts) {
  const { promotion } = settings
  if (promotion === undefined) throw new Error('nothing is made public here')
  const { internalDomains, publicHosts, mailDomains } = promotion
  const urls = [...Object.values(network.peers).map(({ url }) => url), ...Object.values(network.publicUrls)]
  const hosts = urls.map((url) => new URL(url).hostname).filter((host) => !isLoopback(host))
  return { internalDomains, publicHosts, mailDomains, internalHosts: [...new Set(hosts)] }
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '127.0.0.1' || host === '[::1]'
}

/** Everybody may ask an edge PDS for it, so it says where that is, as of any PDS, and not what the network inside is called. */
function edgeDid(publicUrl: string): string {
  return `did:web:${encodeURIComponent(new URL(publicUrl).host)}`
}

function faceDid(networkName: string, name: 'public-appview' | 'public-gateway'): string {
  return `did:web:${name}.${networkName}.internal`
}
