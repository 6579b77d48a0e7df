import { join } from 'node:path'
import {
  type ComponentName,
  describePublicNetwork,
  describeSources,
  type FaceName,
  publicFaceUrls,
  type Settings,
} from '#appliance/config/index.ts'
import { demoIdp } from '#appliance/demo/idp/config.ts'
import { hashMonitorToken } from '#common/monitoring/monitor-token.ts'
import { edgePeerOf, faceConfigs, preflightSettings } from './face-configs.ts'
import { oneMachine } from './layout.ts'
import type { Parts } from './parts.ts'
import type { DatabaseRole } from './secrets.ts'

/** Those of the public face only where there is one. */
export type ComponentConfigs = Record<Exclude<ComponentName, FaceName>, object> & Partial<Record<FaceName, object>>

/** The configuration of each component: the network, and of the secrets only its own. */
export function componentConfigs(parts: Parts): ComponentConfigs {
  const { settings, secrets, network, outside, face, layout = oneMachine(settings) } = parts
  const { ports, handleSuffix, trustedProxies, publicNetwork } = settings
  const monitoring = { tokenHash: hashMonitorToken(secrets.monitoring.token) }
  const listenOn = (port: number) => ({ host: layout.listenHost, port })
  const ciIssuers = settings.ci.issuers.map(({ issuer, provider }) => ({ issuer, provider }))
  const base = (name: DatabaseRole) => ({
    network,
    self: { did: network.peers[name].did, privateKeyHex: secrets[name].privateKeyHex },
    listen: listenOn(ports[name]),
    monitoring,
    dataDir: layout.dataDirOf(name),
    logLevel: settings.logLevel,
    database: { url: parts.databaseUrls[name], schema: name },
  })
  return {
    directory: base('directory'),
    org: {
      ...base('org'),
      outbound: outside.outbound,
      provenance: outside.provenance,
      blobs: parts.storage.org,
      tarballBytes: settings.tarballBytes,
      ciIssuers,
      pds: { ...secrets.org.pds, handleDomains: ['.test'] },
      ...(face && {
        promotion: {
          edge: edgePeerOf(parts, face, 'org'),
          ...preflightSettings(parts),
          ...(parts.crossPublish && { crossPublish: parts.crossPublish }),
        },
      }),
    },
    people: {
      ...base('people'),
      outbound: outside.outbound,
      provenance: outside.provenance,
      blobs: parts.storage.people,
      tarballBytes: settings.tarballBytes,
      ciIssuers,
      pds: { ...secrets.people.pds, handleDomains: [`.${handleSuffix}`] },
      registry: {
        did: network.registryDid,
        handle: `registry.${handleSuffix}`,
        privateKeyHex: secrets.people.registryKeyHex,
      },
      pages: { ...listenOn(ports.pages), trustedProxies },
      idpClientSecrets: idpClientSecrets(parts),
      handleSuffix,
      signIn: settings.signIn,
      keepAddresses: settings.notify.mail?.people ?? false,
      ...(face && { promotion: { edge: edgePeerOf(parts, face, 'people') } }),
    },
    relay: base('relay'),
    appview: {
      ...base('appview'),
      ...outside,
      advisories: describeSources(settings.advisories),
      policy: settings.policy,
      labeler: secrets.labeler,
      signing: secrets.signing,
      labelers: settings.labelers,
      ...(publicNetwork === undefined
        ? {}
        : { publicNetwork: describePublicNetwork(withOwnHosts(settings, publicNetwork)) }),
      notices: parts.notices,
    },
    gateway: {
      ...base('gateway'),
      outbound: outside.outbound,
      provenance: outside.provenance,
      trustedProxies,
      tokens: settings.tokens,
      ci: settings.ci,
      stage: settings.stage,
      downloads: settings.downloads,
      audit: settings.audit,
      limits: { tarballBytes: settings.tarballBytes, tarballCacheBytes: settings.tarballCacheBytes },
      tarballs: parts.storage.gateway,
    },
    idp: {
      listen: listenOn(ports.idp),
      issuer: demoIdp(ports.idp).issuer,
      client: { secret: secrets.idp.clientSecret, redirectUris: [`${settings.publicUrls.people}/oidc/callback`] },
      seed: secrets.idp.seed,
      signingKey: secrets.idp.signingKey,
      logLevel: settings.logLevel,
    },
    ...(face && faceConfigs(parts, face)),
  }
}

/** The box's own public PDSes may be at addresses that are not public: in a demo, and behind a proxy of the company. */
function withOwnHosts({ promotion, ports }: Settings, publicNetwork: NonNullable<Settings['publicNetwork']>) {
  if (promotion === undefined) return publicNetwork
  const { org, people } = publicFaceUrls(promotion, ports)
  return { ...publicNetwork, privateHosts: [...new Set([...publicNetwork.privateHosts, org, people])] }
}

function idpClientSecrets({ settings, secrets, idpSecrets }: Parts): Readonly<Record<string, string>> {
  if (settings.idps.length > 0) return idpSecrets
  return { [demoIdp(settings.ports.idp).issuer]: secrets.idp.clientSecret }
}

/** Where the word is that Prometheus reads `/metrics` with, as it wants it: alone in a file (`credentials_file`). */
export function monitoringTokenFile(dataDir: string): string {
  return join(dataDir, 'run', 'monitoring-token')
}

/** Where a component's configuration is written at every start. */
export function configFile(dataDir: string, name: ComponentName): string {
  return join(dataDir, 'run', `${name}.json`)
}
