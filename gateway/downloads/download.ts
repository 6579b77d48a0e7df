import type { TokenOwner } from '../database/tables.ts'

/** Of a version that comes from upstream, in place of an organisation's DID. */
export const upstreamOrigin = ''

/** What a client says of itself; believed by nobody, and good enough to find a machine by. */
export interface DownloadClient {
  /** `npm/12.2.0 ci/github-actions` */
  client: string
  /** `install`, `ci`, …; empty where a client does not say. */
  command: string
  /** One run of a package manager: what is downloaded in it is one resolved tree. Undefined for clients that do not say. */
  tree: string | undefined
}

/** Somebody was given a version, or told that what they have of it is still right. */
export interface Download extends DownloadClient {
  /** DID of the organisation, or `upstreamOrigin`. */
  origin: string
  name: string
  version: string
  tokenId: string
  tokenName: string
  /** Account of the token. */
  did: string
  handle: string
  owner: TokenOwner
  address: string
}

/** The downloads of one version by one token from one address on one day. */
export interface DownloadSum extends Omit<Download, 'tree'> {
  /** UTC: `2026-11-29`. */
  day: string
  /** The newest trees it was downloaded for. */
  trees: readonly string[]
  firstAt: Date
  lastAt: Date
  count: number
}

/** So many trees are told of the downloads of one version by one token from one address on one day; the newest stay. */
export const maxTrees = 16
