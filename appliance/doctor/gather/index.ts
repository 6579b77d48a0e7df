import { statfs } from 'node:fs/promises'
import { openAdmin } from '#appliance/admin/index.ts'
import { checkSettings } from '#appliance/config/check/index.ts'
import type { PortName } from '#appliance/config/components.ts'
import { describeOutside, readSettingsFile, type SettingsSource } from '#appliance/config/index.ts'
import { type Settings, settingsOf } from '#appliance/config/settings.ts'
import { takenPorts } from '#appliance/supervise/index.ts'
import { type BoxStatus, gatherStatus, openWatch } from '#appliance/watch/index.ts'
import type { NetworkConfig } from '#common/config/index.ts'
import { outboundSchema } from '#common/outbound/index.ts'
import type { DiskFact, Facts } from '../facts.ts'
import { lookAtFolder } from './folder.ts'
import { lookAtOrganisations, type OrganisationFacts } from './organisations.ts'
import { askServer } from './postgres.ts'
import { askProviders } from './providers.ts'
import { askPublicUrls } from './public-urls.ts'

/** Looks at everything there is to look at, all at once. What does not answer is left out. @throws SettingsError */
export async function gatherFacts(source: SettingsSource): Promise<Facts> {
  const read = await readSettingsFile(source)
  const settings = await settingsOf(read.set, source)
  const inBox = settings.applianceConfig === undefined
  const { network } = await openWatch(settings)
  const [status, outside, organisations] = await Promise.all([
    gatherStatus(settings),
    askOutside(settings, network, source.env),
    network === undefined ? nobody : openAdmin(settings).then(lookAtOrganisations),
  ])
  return {
    nodeVersion: process.versions.node,
    now: Date.now(),
    // Whoever administers containers has the settings' outcome, not the settings.
    settings: inBox ? await checkSettings({ read, settings, env: source.env }, { offline: true }) : [],
    redirectUri: new URL('/oidc/callback', network?.publicUrls.people ?? settings.publicUrls.people).href,
    folder: inBox ? await lookAtFolder(settings.dataDir) : undefined,
    disks: await disksOf(settings, status),
    foreignPorts: inBox ? await foreignPorts(settings, status) : [],
    status,
    postgres: inBox ? await askServer(settings.dataDir) : undefined,
    ...outside,
    ...organisations,
  }
}

const nobody: OrganisationFacts = {
  ...{ identities: undefined, heads: undefined, orgs: undefined },
  ...{ breakGlass: undefined, promotions: undefined },
}

async function askOutside(settings: Settings, network: NetworkConfig | undefined, env: NodeJS.ProcessEnv) {
  if (network === undefined) return { providers: [], publicUrls: [] }
  // That the way there is set up wrong, the check of the settings says.
  const config = await describeOutside(settings, env).catch(() => outboundSchema.parse({}))
  const [providers, publicUrls] = await Promise.all([askProviders(network, config), askPublicUrls(network, config)])
  return { providers, publicUrls }
}

async function disksOf({ dataDir, applianceConfig }: Settings, { components }: BoxStatus): Promise<DiskFact[]> {
  const said = components.flatMap(({ component, disk }) => (disk === undefined ? [] : [{ of: component, ...disk }]))
  const own = applianceConfig === undefined ? await statfs(dataDir).catch(() => undefined) : undefined
  if (own === undefined) return said
  return [{ of: 'the box', freeBytes: own.bavail * own.bsize, totalBytes: own.blocks * own.bsize }, ...said]
}

/** A component of ours that hangs holds its port itself. */
async function foreignPorts({ ports }: Settings, { components }: BoxStatus): Promise<Facts['foreignPorts']> {
  const suspects = components
    .filter(({ state, problem }) => state === 'down' && problem !== 'does not answer in time')
    .map(({ component }) => component)
    .filter((name): name is PortName => name in ports)
  return (await takenPorts(ports, suspects)).map((name) => ({ name, port: ports[name] }))
}
