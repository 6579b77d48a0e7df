import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { insideNames, portOfFace } from '#appliance/config/components.ts'
import { type ComponentName, faceNames, type Settings } from '#appliance/config/index.ts'
import { demoIdp } from '#appliance/demo/idp/config.ts'
import { readJsonIfThere } from '#appliance/files/private-json.ts'
import { monitoringTokenFile } from '#appliance/init/component-configs.ts'
import { loadComponentConfig, type NetworkConfig, networkSchema } from '#common/config/index.ts'

/** What somebody who watches the box goes by. */
export interface Watch {
  /** Undefined for a box that was never started. */
  network: NetworkConfig | undefined
  /** Undefined where there is none: then components say that they live, and nothing else. */
  token: string | undefined
  /** Which components there are, and where each answers those inside. */
  targets: readonly Target[]
}

export interface Target {
  component: ComponentName
  url: string
}

const applianceSchema = z.object({
  network: networkSchema,
  monitoring: z.object({ token: z.string() }).optional(),
})

/** Reads what "atoll up" or "atoll init" wrote; nothing is made that is not there. */
export async function openWatch(settings: Settings): Promise<Watch> {
  const { network, token } =
    settings.applianceConfig === undefined
      ? await inBox(settings.dataDir)
      : await inContainers(settings.applianceConfig)
  return { network, token, targets: targetsOf(settings, network) }
}

async function inContainers(file: string): Promise<Pick<Watch, 'network' | 'token'>> {
  const { network, monitoring } = await loadComponentConfig(file, applianceSchema)
  return { network, token: monitoring?.token }
}

async function inBox(dataDir: string): Promise<Pick<Watch, 'network' | 'token'>> {
  const network = networkSchema.safeParse(await readJsonIfThere(join(dataDir, 'run', 'network.json')))
  const token = await readFile(monitoringTokenFile(dataDir), 'utf8').catch(() => undefined)
  return { network: network.data, token }
}

/** The demo identity provider runs only where no other is configured, the public face where packages are made public. */
function targetsOf({ ports, idps, promotion }: Settings, network: NetworkConfig | undefined): Target[] {
  const demo = demoIdp(ports.idp).issuer
  const runsDemo = network === undefined ? idps.length === 0 : network.idps.some(({ issuer }) => issuer === demo)
  const inside = insideNames
    .filter((name) => name !== 'idp' || runsDemo)
    .map((component) => {
      if (component === 'idp') return { component, url: demo }
      return { component, url: network?.peers[component].url ?? `http://127.0.0.1:${ports[component]}` }
    })
  if (promotion === undefined) return inside
  return [
    ...inside,
    ...faceNames.map((component) => ({ component, url: `http://localhost:${ports[portOfFace[component]]}` })),
  ]
}
