import { IdTokens } from '#common/ceremony/index.ts'
import { JobTokens, type PublishingIssuer } from '#common/ci/index.ts'
import { type Clock, systemClock } from '#common/clock/index.ts'
import { relyingPartyOf } from '#common/passkeys/index.ts'
import { ProvenanceVerifier } from '#common/provenance/index.ts'
import { createPeerClient } from '#common/xrpc/index.ts'
import { PdsHost } from '#pds/host/index.ts'
import { mountAuditSeals } from './audit-seals/index.ts'
import { Bindings } from './bindings/index.ts'
import type { OrgConfig } from './config.ts'
import { mountConfirmPerson } from './confirm/index.ts'
import { migrations, type OrgTables } from './database.ts'
import { ImportStore, mountImports } from './imports/index.ts'
import { measureOrg } from './measure-org.ts'
import { GrantedNames } from './names/index.ts'
import { mountCreateOrg, mountOperations, type OrgServices } from './operations/index.ts'
import { mountResetPasskeys, Passkeys } from './passkeys/index.ts'
import { mountPromotions, Promotions } from './promotion/index.ts'
import { FirstManagers } from './rights/index.ts'

/** The organisations' PDS. Nobody signs in here: every write is an operation that a person approved at the IdP (DESIGN §2). */
export class OrgPds implements AsyncDisposable {
  /** Where it listens. */
  readonly url: string
  /** For who shares its process: tests do with it what somebody who broke in could. */
  readonly host: PdsHost<OrgTables>
  /** Absent where nothing is ever made public. For who shares its process, too. */
  readonly promotions: Promotions | undefined
  readonly #opened: AsyncDisposable

  /** @param clock tests move it */
  static async start(config: OrgConfig, clock: Clock = systemClock): Promise<OrgPds> {
    await using opening = new AsyncDisposableStack()
    const idTokens = opening.use(new IdTokens(config.network.idps, { clock, outbound: config.outbound }))
    const jobTokens = opening.use(new JobTokens(config.ciIssuers, { clock, outbound: config.outbound }))
    let promotions: Promotions | undefined
    const extend = async (host: PdsHost<OrgTables>) => {
      const services = await servicesOf(host, { idTokens, jobTokens, clock })
      promotions = services.promotions
      if (promotions !== undefined) promoting.use(promotions)
      mountOperations(host.server, services)
      mountImports(services)
      mountPromotions(services)
      mountConfirmPerson(services)
      mountCreateOrg(host)
      mountResetPasskeys(host, clock)
      mountAuditSeals(host, clock)
      measureOrg(host.monitoring.metrics, promotions)
    }
    const promoting = new AsyncDisposableStack()
    const host = opening.use(await PdsHost.start<OrgTables>({ config, role: 'org', migrations, extend }))
    // Before the host, whose repositories it writes to.
    opening.use(promoting)
    return new OrgPds(host, promotions, opening.move())
  }

  private constructor(host: PdsHost<OrgTables>, promotions: Promotions | undefined, opened: AsyncDisposable) {
    this.url = host.url
    this.host = host
    this.promotions = promotions
    this.#opened = opened
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#opened[Symbol.asyncDispose]()
  }
}

interface Opened {
  idTokens: IdTokens
  jobTokens: JobTokens<PublishingIssuer>
  clock: Clock
}

async function servicesOf(host: PdsHost<OrgTables>, { idTokens, jobTokens, clock }: Opened): Promise<OrgServices> {
  const { network, self, promotion } = host.config as OrgConfig
  const { identities, auth } = host
  const org = createPeerClient('org', network, auth)
  const people = createPeerClient('people', network, auth)
  const proofs = { identities, peers: { org, people }, clock }
  return {
    host,
    idTokens,
    clock,
    proofs,
    promotions: promotion && (await Promotions.start(promotion, { host, proofs, clock })),
    jobs: { jobTokens, jtis: host.jtis, clock, registry: network.publicUrls.gateway },
    provenance: new ProvenanceVerifier(host.config.provenance),
    bindings: new Bindings(host.db),
    passkeys: new Passkeys(host.db, { relyingParty: relyingPartyOf(network), clock }),
    imports: new ImportStore(host.db, clock),
    managers: new FirstManagers(network.registryDid, proofs),
    names: new GrantedNames({ registryDid: network.registryDid, proofs, host }),
    callers: { audience: self.did, identities, jtis: host.jtis, clock },
  }
}
