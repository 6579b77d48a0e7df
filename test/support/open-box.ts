import type { DidString } from '@atproto/syntax'
import pg from 'pg'
import { findPeople, listOrgs, openAdmin } from '#appliance/admin/index.ts'
import { seedDemo } from '#appliance/demo/seed/index.ts'
import type { PeerName } from '#common/config/index.ts'
import { tarballFile } from '#common/names/index.ts'
import { createPeerAuth, type PeerAuth } from '#common/service-auth/index.ts'
import { createPeerClient, type PeerClient } from '#common/xrpc/index.ts'
import { app, atproto } from '#lexicons'
import { BoxPerson, parseSpec } from './box-person.ts'
import { type BoxOptions, type BoxParts, startComponents } from './start-components.ts'

const people = ['alice', 'bob', 'dan'] as const
type PersonName = (typeof people)[number]

/** What a package manager gets to see of a version. */
export interface Installability {
  /** The packument lists it. */
  listed: boolean
  /** Its tarball comes. */
  served: boolean
}

/**
 * The whole demo box in one process, for tests that do what a burglar would: with the secrets, files and databases of any
 * component at hand. In a real box each of these is another process, and has only its own.
 */
export class OpenBox implements AsyncDisposable {
  readonly parts: BoxParts
  /** DID of acme.test. */
  readonly acme: DidString
  readonly #people: ReadonlyMap<PersonName, BoxPerson>
  readonly #opened: AsyncDisposable

  constructor(parts: BoxParts, acme: DidString, who: ReadonlyMap<PersonName, BoxPerson>, opened: AsyncDisposable) {
    this.parts = parts
    this.acme = acme
    this.#people = who
    this.#opened = opened
  }

  get gateway(): string {
    return this.parts.network.publicUrls.gateway
  }

  /** alice publishes, bob reads, dan manages. */
  person(name: PersonName): BoxPerson {
    const person = this.#people.get(name)
    if (person === undefined) throw new Error(`${name} is nobody here`)
    return person
  }

  /** What somebody who holds a component's key can sign. */
  authOf(name: PeerName): Promise<PeerAuth> {
    const { network, secrets } = this.parts
    const self = { did: network.peers[name].did, privateKeyHex: secrets[name].privateKeyHex }
    return createPeerAuth({ self, network }, { use: async () => false })
  }

  /** Another component, called by somebody who holds the key of `caller`. */
  async calls(target: PeerName, { as: caller }: { as: PeerName }): Promise<PeerClient> {
    return createPeerClient(target, this.parts.network, await this.authOf(caller))
  }

  /** Runs SQL as a component's own role, in its schema. */
  async sql<Row extends pg.QueryResultRow>(
    role: keyof BoxParts['databaseUrls'],
    statement: string,
    values: unknown[] = [],
  ): Promise<Row[]> {
    const url = this.parts.databaseUrls[role]
    const client = new pg.Client({ connectionString: url, options: `-c search_path=${role}` })
    await client.connect()
    try {
      return (await client.query<Row>(statement, values)).rows
    } finally {
      await client.end()
    }
  }

  /**
   * Returns when everything that is in the repositories of both PDSes is in the index.
   * @throws Error when it does not get there
   */
  async settles(): Promise<void> {
    const deadline = performance.now() + 10_000
    for (;;) {
      const behind = [...(await this.#reposBehind('org')), ...(await this.#reposBehind('people'))]
      if (behind.length === 0) return
      if (performance.now() > deadline) throw new Error(`the index does not catch up with ${behind}`)
    }
  }

  /** What bob, who may read everything, gets of `name@version`. Ask about each version once: gateways remember. */
  async installable(spec: string): Promise<Installability> {
    await this.settles()
    const { name, version } = parseSpec(spec)
    const bob = await this.person('bob').atWork()
    const packument = await bob.get(`/${name.replace('/', '%2f')}`)
    const { versions = {} } = (await packument.json()) as { versions?: Record<string, unknown> }
    const file = `${name}/-/${tarballFile(name, version)}`
    // Both the standard address and the one that lockfiles pin.
    const statuses = []
    for (const path of [`/${file}`, `/${this.acme}/${file}`]) {
      const answer = await bob.get(path)
      await answer.arrayBuffer()
      statuses.push(answer.status)
    }
    return { listed: Object.hasOwn(versions, version), served: statuses.includes(200) }
  }

  /** What the AppView says about a version, to bob. */
  async view(spec: string) {
    const appview = await this.calls('appview', { as: 'gateway' })
    const params = { org: this.acme, ...parseSpec(spec), viewer: this.person('bob').did }
    return appview.call(app.npm.registry.getVersion, { params })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#opened[Symbol.asyncDispose]()
  }

  async #reposBehind(role: 'org' | 'people'): Promise<string[]> {
    const pds = await this.calls(role, { as: 'appview' })
    const answer = await pds.fetch(atproto.listRepos, { limit: '1000' })
    const { repos } = (await answer.json()) as { repos: { did: string; rev: string }[] }
    const indexed = await this.sql<{ did: string; rev: string | null }>('appview', 'SELECT did, rev FROM repo')
    const revs = new Map(indexed.map(({ did, rev }) => [did, rev]))
    return repos.filter(({ did, rev }) => (revs.get(did) ?? '') < rev).map(({ did }) => did)
  }
}

export async function openBox(options: BoxOptions = {}): Promise<OpenBox> {
  await using opening = new AsyncDisposableStack()
  const parts = await startComponents(opening, options)
  await seedDemo(parts.settings)
  const admin = await openAdmin(parts.settings)
  const [acme] = await listOrgs(admin)
  if (acme === undefined) throw new Error('the demo has no organisation')
  const found = await findPeople(admin, people)
  const gateway = parts.network.publicUrls.gateway
  const who = new Map(people.map((name, at) => [name, new BoxPerson(gateway, name, found[at]?.did ?? acme.did)]))
  return new OpenBox(parts, acme.did, who, opening.move())
}
