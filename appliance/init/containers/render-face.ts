import type { Settings } from '#appliance/config/index.ts'
import type { ForwarderConfig } from '#appliance/run/index.ts'
import type { ComponentConfigs } from '../component-configs.ts'
import { describeFace } from '../face-configs.ts'
import type { FaceSecrets } from '../face-secrets.ts'
import { containers, forwarders } from '../layout.ts'
import type { FaceParts } from '../parts.ts'
import { forwardsToEdges } from './forwards.ts'

/** What the configurations of the public face, and of those inside who push to it, are made of. */
export async function facePartsOf(secrets: FaceSecrets, databaseUrls: FaceParts['databaseUrls']): Promise<FaceParts> {
  return { secrets, keys: await describeFace(secrets), databaseUrls }
}

/** Who follows the public PDSes does so by their public addresses, which may be this machine's. */
export function withWaysToEdges(configs: ComponentConfigs, settings: Settings): ComponentConfigs {
  const { promotion } = settings
  if (promotion === undefined) return configs
  return {
    ...configs,
    appview: { ...configs.appview, forward: forwardsToEdges('name', promotion, settings) },
    'public-appview': { ...configs['public-appview'], forward: forwardsToEdges('edge', promotion, settings) },
  }
}

/** Containers that are no component: one for each edge PDS, which passes on what comes from the inside. */
export function forwarderConfigs({ ports, promotion }: Settings): Record<string, ForwarderConfig> {
  if (promotion === undefined) return {}
  const { org, people } = forwarders
  return {
    [org.name]: forwarderConfig(org.edge, ports.edgeOrg),
    [people.name]: forwarderConfig(people.edge, ports.edgePeople),
  }
}

function forwarderConfig(host: string, port: number): ForwarderConfig {
  return { listen: { host: containers.listenHost, port }, to: { host, port } }
}
