import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findOutside, onDisk, readSettings, type Settings } from '#appliance/config/index.ts'
import { DemoIdp, demoIdpConfigSchema } from '#appliance/demo/idp/index.ts'
import { writePrivateJson } from '#appliance/files/private-json.ts'
import { componentConfigs, describeNetwork, keepSecrets, prepareDatabase, type Secrets } from '#appliance/init/index.ts'
import { AppView, appviewConfigSchema } from '#appview/index.ts'
import type { NetworkConfig } from '#common/config/index.ts'
import { Gateway, type GatewayConfig, gatewayConfigSchema } from '#gateway/index.ts'
import { Directory, directoryConfigSchema } from '#pds/directory/index.ts'
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
  org: OrgPds
  people: PeoplePds
}

// Nobody listens there: a box in a test asks no registry but itself.
const nowhere = 'http://127.0.0.1:9'

/** Starts every component as the appliance would lay it out, all of them in this process. */
export async function startComponents(opening: AsyncDisposableStack): Promise<BoxParts> {
  const dataDir = await mkdtemp(join(tmpdir(), 'atoll-open-box-'))
  opening.defer(() => rm(dataDir, { recursive: true, force: true }))
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
  const databaseUrls = await prepareDatabase(serverUrl, secrets)
  const outside = await findOutside(settings, dataDir, env)
  const notices = { webhooks: [] }
  const wanted = { settings, secrets, network, databaseUrls, outside, idpSecrets: {}, storage: onDisk, notices }
  const raw = componentConfigs(wanted)
  const configs = {
    org: orgConfigSchema.parse(raw.org),
    people: peopleConfigSchema.parse(raw.people),
    // Small enough that a test can exceed it at once.
    gateway: gatewayConfigSchema.parse({ ...raw.gateway, limits: { tarballBytes: 2 ** 20 } }),
  }
  opening.use(await DemoIdp.start(demoIdpConfigSchema.parse(raw.idp)))
  opening.use(await Directory.start(directoryConfigSchema.parse(raw.directory)))
  const org = opening.use(await OrgPds.start(configs.org))
  const people = opening.use(await PeoplePds.start(configs.people))
  opening.use(await Relay.start(relayConfigSchema.parse(raw.relay)))
  opening.use(await AppView.start(appviewConfigSchema.parse(raw.appview)))
  opening.use(await Gateway.start(configs.gateway))
  return { settings, secrets, network, serverUrl, databaseUrls, configs, org, people }
}
