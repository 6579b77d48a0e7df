import { dirname, resolve } from 'node:path'
import { choosePorts, type Ports } from './ports.ts'
import { readSettingsFile, type SettingsSource, settingsPath } from './read-settings-file.ts'
import type { SettingsFile } from './schema.ts'

/** What the box is told by its owner: `atoll.yaml`, with ATOLL_* variables over it. */
export interface Settings {
  /** Where atoll.yaml is: files it names are relative to it. */
  folder: string
  dataDir: string
  /** What "atoll init" wrote for whoever administers; a box of "atoll up" has it in its data folder. */
  applianceConfig: string | undefined
  networkName: string
  privateNames: string[]
  /** Ends people's handles. */
  handleSuffix: string
  ports: Ports
  publicUrls: { gateway: string; people: string }
  /** Proxy and authorities. */
  network: Pick<SettingsFile['network'], 'proxy' | 'caFile'>
  /** Where public packages come from, where that is set here. */
  upstream: SettingsFile['upstream']
  /** And those of single scopes. */
  upstreams: SettingsFile['upstreams']
  /** What is mirrored of the public network; nothing when undefined. */
  publicNetwork: SettingsFile['publicNetwork']
  /** What is made public; nothing when undefined. */
  promotion: SettingsFile['promotion']
  /** Where advisories come from. */
  advisories: SettingsFile['advisories']
  /** Largest tarball that may be published. */
  tarballBytes: number
  /** Disk space for tarballs. */
  tarballCacheBytes: number
  /** How tarballs reach who may have them. */
  tarballs: SettingsFile['gateway']['tarballs']
  /** Empty: the demo identity provider runs. */
  idps: SettingsFile['idps']
  /** Networks of the proxies in front of gateway and people PDS. */
  trustedProxies: SettingsFile['gateway']['trustedProxies']
  /** How long tokens live. */
  tokens: SettingsFile['tokens']
  /** CI systems whose jobs may get tokens. */
  ci: SettingsFile['ci']
  /** How much may be staged, and for how long. */
  stage: SettingsFile['stage']
  /** What is remembered of downloads. */
  downloads: SettingsFile['downloads']
  /** Where the audit log goes besides. */
  audit: SettingsFile['audit']
  /** Who is told of what happens. */
  notify: SettingsFile['notify']
  /** What a sign-in of a package manager takes. */
  signIn: SettingsFile['signIn']
  /** Labelers outside the box. */
  labelers: SettingsFile['labelers']
  /** What may be installed. */
  policy: SettingsFile['policy']
  /** How long one second factor counts where a provider's own settings do not say, in seconds. */
  maxAgeSeconds: number
  /** Whose word about builds counts. */
  provenance: SettingsFile['provenance']
  /** A Postgres server of the owner's, instead of the embedded one. */
  databaseUrl: string | undefined
  /** Where the PDSes keep blobs. */
  storage: SettingsFile['storage']
  logLevel: SettingsFile['log']['level']
}

/** @throws SettingsError */
export async function readSettings(source: SettingsSource): Promise<Settings> {
  return settingsOf((await readSettingsFile(source)).set, source)
}

/** What the file and the variables say becomes what the box goes by. */
export async function settingsOf(set: SettingsFile, source: SettingsSource): Promise<Settings> {
  const { cwd, env } = source
  const dataDir = resolve(cwd, env['ATOLL_DATA'] ?? 'data')
  const ports = await choosePorts(dataDir, set.ports, { free: env['ATOLL_PORTS'] === 'free' })
  return {
    folder: dirname(settingsPath(source)),
    dataDir,
    applianceConfig: env['ATOLL_APPLIANCE_CONFIG'],
    networkName: set.network.name,
    privateNames: set.names.private,
    handleSuffix: set.handles.people,
    ports,
    publicUrls: {
      gateway: set.publicUrls.gateway ?? `http://localhost:${ports.gateway}`,
      // Another host name than the gateway's, so that cookies of one never reach the other.
      people: set.publicUrls.people ?? `http://127.0.0.1:${ports.pages}`,
    },
    network: set.network,
    upstream: set.upstream,
    upstreams: set.upstreams,
    publicNetwork: set.publicNetwork,
    promotion: set.promotion,
    advisories: set.advisories,
    tarballBytes: set.limits.tarballBytes,
    tarballCacheBytes: set.gateway.cache.maxBytes,
    tarballs: set.gateway.tarballs,
    idps: set.idps,
    trustedProxies: set.gateway.trustedProxies,
    tokens: set.tokens,
    ci: set.ci,
    stage: set.stage,
    downloads: set.downloads,
    audit: set.audit,
    notify: set.notify,
    signIn: set.signIn,
    labelers: set.labelers,
    policy: set.policy,
    maxAgeSeconds: set.approvals.maxAgeSeconds,
    provenance: set.provenance,
    databaseUrl: set.database.url,
    storage: set.storage,
    logLevel: set.log.level,
  }
}
