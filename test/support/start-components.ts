import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findOutside, onDisk, readSettings, type Settings } from '#appliance/config/index.ts'
import { DemoIdp, demoIdpConfigSchema } from '#appliance/demo/idp/index.ts'
import { writePrivateJson } from '#appliance/files/private-json.ts'
import {
  type ComponentConfigs,
  componentConfigs,
  describeFace,
  describeNetwork,
  facePasswords,
  keepFaceSecrets,
  keepSecrets,
  prepareDatabase,
  type Secrets,
} from '#appliance/init/index.ts'
import { AppView, appviewConfigSchema } from '#appview/index.ts'
import { PublicAppView, publicAppViewConfigSchema } from '#appview/public-face/index.ts'
import { type Clock, systemClock } from '#common/clock/index.ts'
import type { NetworkConfig } from '#common/config/index.ts'
import { Gateway, type GatewayConfig, gatewayConfigSchema } from '#gateway/index.ts'
import { PublicGateway, publicGatewayConfigSchema } from '#gateway/public-face/index.ts'
import { Directory, directoryConfigSchema } from '#pds/directory/index.ts'
import { EdgePds, edgeConfigSchema } from '#pds/edge/index.ts'
import { type OrgConfig, OrgPds, orgConfigSchema } from '#pds/org/index.ts'
import { type PeopleConfig, PeoplePds, peopleConfigSchema } from '#pds/people/index.ts'
import { relayConfigSchema } from '#relay/config.ts'
import { Relay } from '#relay/index.ts'
import { startPostgresServer } from './postgres-server.ts'

/** Everything there is in a box, secrets included. */
export interface BoxParts {
  settings: Settings
  secrets: Secrets
  network: NetworkConfig
  /** postgres:// URL of the server's superuser. */
  serverUrl: string
  /** And of each component's own role. */
  databaseUrls: Awaited<ReturnType<typeof prepareDatabase>>
  configs: { org: OrgConfig; people: PeopleConfig; gateway: GatewayConfig }
  /** As the appliance writes them to files, for processes. */
  rawConfigs: ComponentConfigs
  org: OrgPds
  people: PeoplePds
  /** Ends a component before the rest: another process has its place from then on. */
  stop(name: ReplaceableName): Promise<void>
}

export type ReplaceableName = 'org' | 'people' | 'edge-org' | 'edge-people'

export interface BoxOptions {
  /** Text of atoll.yaml. */
  settings?: string
  /** Changes the configurations before anything starts. */
  adjust?: (configs: ComponentConfigs) => void
  /** Of the org PDS. */
  orgClock?: Clock
}

// Nobody listens there: a box in a test asks no registry but itself.
const nowhere = 'http://127.0.0.1:9'

/** Starts every component as the appliance would lay it out, all of them in this process. */
export async function startComponents(
  opening: AsyncDisposableStack,
  { settings: said = '', adjust, orgClock = systemClock }: BoxOptions = {},
): Promise<BoxParts> {
  const dataDir = await mkdtemp(join(tmpdir(), 'atoll-open-box-'))
  opening.defer(() => rm(dataDir, { recursive: true, force: true }))
  await writeFile(join(dataDir, 'atoll.yaml'), said)
  const { url: serverUrl } = opening.use(await startPostgresServer())
  const env = {
    ATOLL_DATA: dataDir,
    ATOLL_PORTS: 'free',
    ATOLL_LOG_LEVEL: process.env['ATOLL_TEST_LOG_LEVEL'] ?? 'silent',
    ATOLL_UPSTREAM_URL: nowhere,
  }
  const settings = await readSettings({ cwd: dataDir, env })
  const secrets = await keepSecrets(dataDir)
  const network = await describeNetwork(settings, secrets)
  // Where the appliance's own commands look for it.
  await writePrivateJson(join(dataDir, 'run', 'network.json'), network)
  const faceSecrets = settings.promotion && (await keepFaceSecrets(dataDir))
  const databaseUrls = await prepareDatabase(serverUrl, secrets, faceSecrets && facePasswords(faceSecrets))
  const face = faceSecrets && {
    face: { secrets: faceSecrets, keys: await describeFace(faceSecrets), databaseUrls },
  }
  const outside = await findOutside(settings, dataDir, env)
  const notices = { webhooks: [] }
  const wanted = { settings, secrets, network, databaseUrls, outside, idpSecrets: {}, storage: onDisk, notices }
  const raw = componentConfigs({ ...wanted, ...face })
  adjust?.(raw)
  const configs = {
    org: orgConfigSchema.parse(raw.org),
    people: peopleConfigSchema.parse(raw.people),
    // Small enough that a test can exceed it at once.
    gateway: gatewayConfigSchema.parse({ ...raw.gateway, limits: { tarballBytes: 2 ** 20 } }),
  }
  const replaceable = new Map<ReplaceableName, AsyncDisposable>()
  const stop = async (name: ReplaceableName) => {
    const running = replaceable.get(name)
    replaceable.delete(name)
    await running?.[Symbol.asyncDispose]()
  }
  const keep = <Component extends AsyncDisposable>(name: ReplaceableName, component: Component) => {
    replaceable.set(name, component)
    opening.defer(() => stop(name))
    return component
  }
  opening.use(await DemoIdp.start(demoIdpConfigSchema.parse(raw.idp)))
  opening.use(await Directory.start(directoryConfigSchema.parse(raw.directory)))
  for (const name of ['edge-org', 'edge-people'] as const) {
    if (raw[name] !== undefined) keep(name, await EdgePds.start(edgeConfigSchema.parse(raw[name])))
  }
  const org = keep('org', await OrgPds.start(configs.org, orgClock))
  const people = keep('people', await PeoplePds.start(configs.people))
  opening.use(await Relay.start(relayConfigSchema.parse(raw.relay)))
  opening.use(await AppView.start(appviewConfigSchema.parse(raw.appview)))
  opening.use(await Gateway.start(configs.gateway))
  if (face !== undefined) {
    opening.use(await PublicAppView.start(publicAppViewConfigSchema.parse(raw['public-appview'])))
    opening.use(await PublicGateway.start(publicGatewayConfigSchema.parse(raw['public-gateway'])))
  }
  return { settings, secrets, network, serverUrl, databaseUrls, configs, rawConfigs: raw, org, people, stop }
}
