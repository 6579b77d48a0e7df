import { readSettings } from '#appliance/config/index.ts'
import { RecordingUpstream } from '#test/e2e/names/recording-upstream.ts'
import { CiIssuer } from '#test/support/ci-issuer.ts'
import type { PublicNetwork } from '#test/support/public-network/index.ts'
import { type Captured, RecordingHost } from '#test/support/recording-host.ts'
import { type PromotingBox, startPromotingBox } from '../promoting-box.ts'
import { classicNames } from './classic-names.ts'

/** A box of which everything that passes between it and anybody outside is kept. */
export interface WatchedBox extends AsyncDisposable {
  scene: PromotingBox
  /** In front of the public directory, the public relay, and the box's own public face. */
  hosts: Record<'directory' | 'relay' | 'edgeOrg' | 'edgePeople' | 'gateway', RecordingHost>
  /** Signs for the company's jobs: inside, and none of the public's business. */
  ci: CiIssuer
  /** All of it, and what name servers and the registry upstream were asked. */
  captured(): Captured[]
}

/** Names of the inside that stand in its settings. */
export const inSettings = ['tapir-net', 'corp.acme.test']

export async function startWatchedBox(): Promise<WatchedBox> {
  await using opening = new AsyncDisposableStack()
  const targets: Partial<Record<keyof WatchedBox['hosts'], string>> = {}
  const host = async (name: keyof WatchedBox['hosts']) =>
    opening.use(await RecordingHost.start(name, () => targets[name] ?? 'http://127.0.0.1:9'))
  const hosts = {
    directory: await host('directory'),
    relay: await host('relay'),
    edgeOrg: await host('edgeOrg'),
    edgePeople: await host('edgePeople'),
    gateway: await host('gateway'),
  }
  const upstream = opening.use(await RecordingUpstream.start('tiny', '1.0.0'))
  const ci = opening.use(await CiIssuer.start())
  const settings = (network: PublicNetwork) => {
    targets.directory = network.directoryUrl
    targets.relay = network.relayUrl
    return settingsBehind(network, hosts, ci)
  }
  const scene = opening.use(await startPromotingBox({ settings, env: { ATOLL_UPSTREAM_URL: upstream.url } }))
  const { ports } = await readSettings({ cwd: scene.box.folder, env: scene.box.env })
  targets.edgeOrg = `http://localhost:${ports.edgeOrg}`
  targets.edgePeople = `http://localhost:${ports.edgePeople}`
  targets.gateway = `http://localhost:${ports.publicGateway}`
  const opened = opening.move()
  return {
    ...{ scene, hosts, ci },
    captured: () => [
      ...Object.values(hosts).flatMap(({ captured }) => captured),
      ...scene.network.names.asked.map((name) => ({ where: 'a name server was asked', bytes: Buffer.from(name) })),
      ...upstream.paths.map((path) => ({ where: 'the registry upstream was asked', bytes: Buffer.from(path) })),
    ],
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  }
}

function settingsBehind({ pds, names }: PublicNetwork, hosts: WatchedBox['hosts'], { issuer }: CiIssuer): string {
  const [network = '', domain = ''] = inSettings
  return `network: { name: ${network} }
names: { private: ${JSON.stringify(classicNames)} }
ci:
  issuers: [{ issuer: "${issuer}", provider: github }]
publicNetwork:
  relays: [${hosts.relay.url}]
  directory: ${hosts.directory.url}
  privateHosts: [${pds.url}]
  nameServers: ["${names.address}"]
  discoverHours: 0.001
policy:
  public: { minAge: 0h }
promotion:
  publicUrls: { gateway: "${hosts.gateway.url}", org: "${hosts.edgeOrg.url}", people: "${hosts.edgePeople.url}" }
  internalDomains: [${domain}]
`
}
