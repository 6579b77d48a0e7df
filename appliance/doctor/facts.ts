import type { BreakGlass, Managed } from '#appliance/admin/index.ts'
import type { Finding as SettingFinding } from '#appliance/config/check/index.ts'
import type { PortName } from '#appliance/config/components.ts'
import type { BoxStatus } from '#appliance/watch/index.ts'

/** A file or folder, and who may do what with it. */
export interface PathFact {
  path: string
  /** Permission bits, as chmod counts them. */
  mode: number
}

export interface FolderFacts {
  /** The data folder itself. */
  data: PathFact
  /** Files with secrets in them. */
  secrets: PathFact[]
  /** Recovery keys that still lie in the box. */
  recoveryKeys: string[]
}

export interface DiskFact {
  /** Whose folder it is. */
  of: string
  freeBytes: number
  totalBytes: number
}

export interface ProviderFact {
  issuer: string
  /** Why it did not answer as an identity provider. */
  problem?: string
  /** How many keys it signs ID tokens with. */
  keys?: number
  /** Its clock minus ours, in seconds. */
  skewSeconds?: number
}

export interface PostgresFacts {
  major: number
  connections: number
  maxConnections: number
  fsync: boolean
  /** Its clock minus ours, in seconds. */
  skewSeconds: number
}

export interface PublicUrlFact {
  name: 'gateway' | 'people'
  url: string
  problem?: string
}

export interface IdentityFact {
  /** Handle of an organisation, or "the registry". */
  name: string
  did: string
  /** What is wrong with its operation log. */
  problem?: string
}

export interface HeadFact {
  name: string
  did: string
  /** Newest revision on its PDS, and at the relay; undefined when nobody can say. */
  pds: string | undefined
  relay: string | undefined
}

export interface OrgFact {
  handle: string
  /** Not counting those who are disabled. */
  managed: Managed
}

export interface PromotionFact {
  /** Of the package. */
  name: string
  state: string
  /** When somebody asked for it, in milliseconds. */
  askedAt: number
  /** What stops it. */
  problem?: string | undefined
}

/** Everything the checks judge. What could not be looked at is undefined. */
export interface Facts {
  /** Such as `24.21.0`. */
  nodeVersion: string
  now: number
  settings: readonly SettingFinding[]
  /** Addresses an identity provider must send people back to. */
  redirectUri: string
  folder: FolderFacts | undefined
  disks: readonly DiskFact[]
  /** Ports that somebody else holds while our component does not answer. */
  foreignPorts: readonly { name: PortName; port: number }[]
  status: BoxStatus
  providers: readonly ProviderFact[]
  postgres: PostgresFacts | undefined
  publicUrls: readonly PublicUrlFact[]
  identities: readonly IdentityFact[] | undefined
  heads: readonly HeadFact[] | undefined
  orgs: readonly OrgFact[] | undefined
  breakGlass: readonly BreakGlass[] | undefined
  promotions: readonly PromotionFact[] | undefined
}
