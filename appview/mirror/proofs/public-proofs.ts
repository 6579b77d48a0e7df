import { AtollError } from '#common/errors/index.ts'
import type { PublicIdentities } from '#common/identity/index.ts'
import type { Outbound } from '#common/outbound/index.ts'
import { Slots } from '#common/slots/index.ts'
import { app, atproto } from '#lexicons'
import type { Db } from '../../schema/index.ts'
import type { PublicNetworkConfig } from '../config.ts'
import { isMirrored } from '../repos.ts'

interface Options {
  db: Db
  config: Pick<PublicNetworkConfig, 'patienceMs'>
  identities: PublicIdentities
  outbound: Outbound
  stopping: AbortSignal
}

export interface PublicPlace {
  did: string
  collection: string
  rkey: string
}

const atOnce = 8
const maxWaiting = 200
// A version record carries up to 256 KiB of manifest; the nodes on the way to it are a few KiB each.
const maxBytes = 4_000_000

/** What a version stands on, and nothing else of anybody's repository is fetched for others. */
const provable: readonly string[] = [
  app.npm.package.version.$nsid,
  app.npm.publish.attestation.$nsid,
  app.npm.org.publishers.$nsid,
]

/**
 * Passes on what proves public versions, for who does not believe us: every answer proves itself by signatures that lead to a DID the asker
 * has pinned. Nothing is looked at, and nothing of accounts that are not mirrored is asked for.
 */
export class PublicProofs {
  readonly #options: Options
  readonly #slots = new Slots({ count: atOnce, maxWaiting })

  constructor(options: Options) {
    this.#options = options
  }

  /** @throws NotFound, DirectoryUnavailable, TooManyRequests */
  async operationLog(did: string): Promise<Buffer> {
    await this.#checkIsMirrored(did)
    using _slot = await this.#slots.take()
    const log = await this.#options.identities.fetchLog(did)
    if (log === undefined) throw new AtollError('NotFound', { package: did })
    return log
  }

  /** @throws NotFound, UpstreamUnavailable, TooManyRequests */
  async recordProof({ did, collection, rkey }: PublicPlace): Promise<Buffer> {
    if (!provable.includes(collection)) throw new AtollError('NotFound', { package: did })
    await this.#checkIsMirrored(did)
    using _slot = await this.#slots.take()
    const { identities, outbound, config, stopping } = this.#options
    const about = { package: did }
    const account = await identities.resolve(did)
    if (account === undefined) throw new AtollError('NotFound', about)
    const address = `${account.pds}/xrpc/${atproto.getRecord}?${new URLSearchParams({ did, collection, rkey })}`
    const limits = { maxBytes, timeoutMs: config.patienceMs, signal: stopping }
    const response = await outbound.fetch(address, { ...limits, discovered: true, about })
    if (response.status === 200) return response.bytes()
    response.body.destroy()
    throw new AtollError('UpstreamUnavailable', { ...about, reason: `its PDS answers ${response.status}` })
  }

  async #checkIsMirrored(did: string): Promise<void> {
    if (!(await isMirrored(this.#options.db, did))) throw new AtollError('NotFound', { package: did })
  }
}
