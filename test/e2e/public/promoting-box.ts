import { listOrgs, openAdmin } from '#appliance/admin/index.ts'
import { readSettings } from '#appliance/config/index.ts'
import { Administrator } from '#test/support/administrator.ts'
import { openDesk } from '#test/support/desk.ts'
import { Developer, packVersion } from '#test/support/developer.ts'
import type { PackageSource } from '#test/support/package-folder.ts'
import {
  type PublicNetwork,
  type PublicNetworkOptions,
  settingsFor,
  startPublicNetwork,
} from '#test/support/public-network/index.ts'
import { type SupervisedBox, startSupervisedBox } from '#test/support/supervised-box.ts'

/** A box beside a public network, which makes packages of acme.test public. */
export interface PromotingBox extends AsyncDisposable {
  network: PublicNetwork
  box: SupervisedBox
  /** DID of acme.test. */
  acme: string
  /** Publishes, and may ask for promotions. */
  alice: Developer
  /** May approve promotions. */
  carol: Developer
  /** Manages. */
  dan: Developer
  /** Types where the box is. */
  administers(person: Developer): Administrator
  /** Types on a machine of their own, with nothing but their token. */
  works(person: Developer): Promise<Administrator>
  /** Where strangers install. */
  publicGateway: string
  /** The public PDSes. */
  edges: { org: string; people: string }
  /** Of what a proxy stands in front of. */
  ports: { gateway: number; org: number; people: number }
  publishes(source: PackageSource): Promise<void>
}

interface PromotingBoxOptions {
  /** What the box is told of the public network, and of its own place in it. */
  settings?: (network: PublicNetwork, more?: string) => string
  /** Further lines of `promotion`, where its settings are the usual ones. */
  promotion?: string
  env?: Record<string, string>
  /** Of the public network. */
  network?: PublicNetworkOptions
  /** As soon as it is known where a proxy has to pass on to. */
  onPorts?: (ports: PromotingBox['ports']) => void
}

const source = ['--repository', 'https://github.com/acme/hello', '--repository-id', '4711', '--owner-id', '42']

/** With everything that a preflight asks for: a licence and its text, and a declared source. */
export function openSource(name: string, version: string, further: Partial<PackageSource> = {}): PackageSource {
  const { files = {}, ...rest } = further
  return { name, version, files: { LICENSE: 'MIT License\n', ...files }, ...rest }
}

function scopeOf({ name }: PackageSource): string {
  return name.slice(1, name.indexOf('/'))
}

const usualSettings = (network: PublicNetwork, more = '') =>
  `${settingsFor(network)}promotion:\n  internalDomains: [corp.acme.test]\n${more}`

export async function startPromotingBox(options: PromotingBoxOptions = {}): Promise<PromotingBox> {
  await using opening = new AsyncDisposableStack()
  const { network } = opening.use(await startPublicNetwork(options.network))
  const { settings = usualSettings, promotion } = options
  const env = { ATOLL_UPSTREAM_URL: 'http://127.0.0.1:9', ...options.env }
  const box = opening.use(await startSupervisedBox({ settings: settings(network, promotion), env }))
  const read = await readSettings({ cwd: box.folder, env: box.env })
  const ports = { gateway: read.ports.publicGateway, org: read.ports.edgeOrg, people: read.ports.edgePeople }
  options.onPorts?.(ports)
  const [org] = await listOrgs(await openAdmin(read))
  if (org === undefined) throw new Error('the demo has no organisation')
  network.names.says('acme.test', org.did)
  const [alice, carol, dan] = await Promise.all(
    ['alice', 'carol', 'dan'].map((name) => Developer.signIn(box.gateway, name)),
  )
  if (alice === undefined || carol === undefined || dan === undefined) throw new Error('somebody is missing')
  const manager = new Administrator(box, dan)
  await manager.reads('permission', 'add', 'alice', 'promote', '*')
  await manager.reads('permission', 'add', 'carol', 'approve-promotion', '*')
  await manager.reads('permission', 'add', 'carol', 'read', '*')
  const opened = opening.move()
  return {
    ...{ network, box, alice, carol, dan, acme: org.did },
    publicGateway: `http://localhost:${read.ports.publicGateway}`,
    edges: {
      org: `http://localhost:${read.ports.edgeOrg}`,
      people: `http://localhost:${read.ports.edgePeople}`,
    },
    ports,
    administers: (person) => new Administrator(box, person),
    works: async (person) => new Administrator(await openDesk(box.gateway), person),
    async publishes(published) {
      const packed = await packVersion(published)
      const asked = await alice.put(packed)
      const answer = await alice.put(packed, await alice.approve(asked.body))
      if (answer.status !== 201) throw new Error(`publishing answered ${answer.status} ${JSON.stringify(answer.body)}`)
      await manager.reads('source', 'set', published.name, ...source, '--org', scopeOf(published))
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  }
}
