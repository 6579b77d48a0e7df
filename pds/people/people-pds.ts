import { JobTokens } from '#common/ci/index.ts'
import { type Clock, systemClock } from '#common/clock/index.ts'
import type { Kysely } from '#common/db/index.ts'
import { Tally } from '#common/metrics/index.ts'
import { ProvenanceVerifier } from '#common/provenance/index.ts'
import { createPeerClient, listen } from '#common/xrpc/index.ts'
import { PdsHost } from '#pds/host/index.ts'
import { ApprovalCodes, Inspections, resumeBatches } from './approve/index.ts'
import { keepNoting } from './audit-notes/index.ts'
import { keepMending } from './break-glass/index.ts'
import type { PeopleConfig } from './config.ts'
import type { PeopleContext } from './context.ts'
import { keepTellingOfRequests } from './exceptions/index.ts'
import { IdentityProviders } from './idp/index.ts'
import { ImportAttester } from './imports/index.ts'
import { measurePeople } from './measure-people.ts'
import { keepSettling } from './off-board/index.ts'
import { createPagesServer } from './pages/index.ts'
import { ensureRegistry, keepGrantingHandles, keepTellingOfNames } from './registry/index.ts'
import { serveMethods } from './serve-methods.ts'
import { keepSweeping, type PeopleTables, peopleMigrations } from './state/index.ts'

/** The people's PDS: their repositories, the registry's, and the pages where they sign in and approve (DESIGN §2). */
export class PeoplePds implements AsyncDisposable {
  /** Where it answers the other components. */
  readonly url: string
  /** Where it answers browsers; they know it by `publicUrls.people`. */
  readonly pagesUrl: string
  /** For who shares its process: tests do with it what somebody who broke in could. */
  readonly host: PdsHost<PeopleTables>
  readonly #opened: AsyncDisposable

  /** @param clock tests move it */
  static async start(config: PeopleConfig, clock: Clock = systemClock): Promise<PeoplePds> {
    await using opening = new AsyncDisposableStack()
    const providers = opening.use(new IdentityProviders(config.network.idps, config.idpClientSecrets, config.outbound))
    const jobTokens = opening.use(new JobTokens(config.ciIssuers, { clock, outbound: config.outbound }))
    const provenance = new ProvenanceVerifier(config.provenance)
    const shared = { clock, providers, jobTokens, answers: new Tally<'outcome'>(), provenance }
    const host = opening.use(
      await PdsHost.start<PeopleTables>({
        config,
        role: 'people',
        migrations: peopleMigrations,
        extend: (started) => serveMethods(contextOf(config, started, shared)),
      }),
    )
    const context = contextOf(config, host, shared)
    measurePeople(host.monitoring.metrics, context)
    await ensureRegistry(context)
    opening.use(keepSweeping(context))
    opening.use(keepSettling(context))
    opening.use(keepMending(context))
    opening.use(keepGrantingHandles(context))
    opening.use(keepNoting(context))
    opening.use(keepTellingOfRequests(context))
    opening.use(keepTellingOfNames(context))
    await opening.use(context.imports).resume()
    const pages = createPagesServer(context)
    opening.defer(() => pages.close())
    const pagesUrl = await listen(pages, config.pages)
    host.log.info({ url: pagesUrl }, 'pages ready')
    await resumeBatches(context)
    return new PeoplePds(host, pagesUrl, opening.move())
  }

  private constructor(host: PdsHost<PeopleTables>, pagesUrl: string, opened: AsyncDisposable) {
    this.url = host.url
    this.host = host
    this.pagesUrl = pagesUrl
    this.#opened = opened
  }

  /** Stops listening, then closes repositories and database. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#opened[Symbol.asyncDispose]()
  }
}

interface Shared extends Pick<PeopleContext, 'clock' | 'providers' | 'answers' | 'provenance'> {
  jobTokens: PeopleContext['jobs']['jobTokens']
}

function contextOf(
  config: PeopleConfig,
  host: PdsHost<PeopleTables>,
  { clock, providers, jobTokens, answers, provenance }: Shared,
): PeopleContext {
  const { network } = config
  const { auth, identities } = host
  const [org, people] = [createPeerClient('org', network, auth), createPeerClient('people', network, auth)]
  const gateway = createPeerClient('gateway', network, auth)
  // Kysely's types do not narrow by themselves: here are the role's own tables only.
  const db = host.db as unknown as Kysely<PeopleTables>
  return {
    config,
    host,
    clock,
    answers,
    db,
    log: host.log,
    gateway,
    appview: createPeerClient('appview', network, auth),
    imports: new ImportAttester({ db, host, clock, log: host.log }),
    providers,
    codes: new ApprovalCodes(config.self.privateKeyHex),
    provenance,
    inspections: new Inspections(gateway, config.tarballBytes),
    jobs: { jobTokens, jtis: host.jtis, clock, registry: network.publicUrls.gateway },
    proofs: { identities, peers: { org, people }, clock },
  }
}
