import { join } from 'node:path'
import type { ComponentName, Settings } from '#appliance/config/index.ts'

/** Where the components are, seen from each other. */
export interface Layout {
  /** The address they listen on. */
  listenHost: string
  /** The host name the others call a component by. A PDS' is part of its accounts' identities, for ever. */
  hostOf(name: ComponentName): string
  /** The host name by which the inside PDS of a role reaches the edge PDS of that role. */
  pushHostOf(role: 'org' | 'people'): string
  /** Where a component keeps its files. */
  dataDirOf(name: ComponentName): string
}

/** `atoll up`: all of them on loopback. */
export function oneMachine({ dataDir }: Settings): Layout {
  return {
    listenHost: '127.0.0.1',
    // A name rather than an address: PDSes refuse to talk to a directory that is a bare address.
    hostOf: () => 'localhost',
    pushHostOf: () => 'localhost',
    dataDirOf: (name) => join(dataDir, name),
  }
}

/**
 * Each in a container of its own, found by the container's name. Names without a dot, because these are what Compose and
 * Kubernetes both can give: an identity may then move from one to the other.
 */
export const containers: Layout = {
  listenHost: '0.0.0.0',
  hostOf: (name) => containerNames[name],
  // Not the edge: what passes on to it stands on both networks, so that they have none in common.
  pushHostOf: (role) => forwarders[role].name,
  dataDirOf: () => '/data',
}

export const containerNames: Readonly<Record<ComponentName, string>> = {
  directory: 'directory',
  org: 'org-pds',
  people: 'people-pds',
  relay: 'relay',
  appview: 'appview',
  gateway: 'gateway',
  idp: 'idp',
  'edge-org': 'edge-org',
  'edge-people': 'edge-people',
  'public-appview': 'public-appview',
  'public-gateway': 'public-gateway',
}

/** Containers that pass connections on from the inside to the edge PDSes, and none the other way. */
export const forwarders = {
  org: { name: 'push-org', edge: 'edge-org' },
  people: { name: 'push-people', edge: 'edge-people' },
} as const
