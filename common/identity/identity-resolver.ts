import { type Clock, systemClock } from '#common/clock/index.ts'
import type { NetworkConfig } from '#common/config/index.ts'
import { AtollError } from '#common/errors/index.ts'
import { fetchOperationLog } from './fetch-operation-log.ts'
import { isPlcDid } from './plc-did.ts'
import { Remembered } from './remembered.ts'
import { verifyOperationLog } from './verify-operation-log.ts'

export type AccountRole = 'org' | 'people'

/** An account of the private network, as its verified operation log says. */
export interface Account {
  did: string
  /** Without at://; undefined while it has none. */
  handle: string | undefined
  /** Handles it had before, without at://. */
  formerHandles?: readonly string[]
  /** The endpoint of its PDS. */
  pds: string
  /** What that host is for; undefined when it is none of ours. */
  role: AccountRole | undefined
  /** did:key of the repository's signing key. */
  signingKey: string
}

/** The question every component asks of identities; the resolver answers it, tests may answer it themselves. */
export interface Identities {
  /**
   * @param options.fresh true asks the directory again, for instance after a signature failed
   * @returns undefined for DIDs that are unknown, tombstoned, or not accounts of this network
   * @throws DirectoryUnavailable, IdentityInvalid
   */
  resolve(did: string, options?: { fresh?: boolean }): Promise<Account | undefined>
  forget(did: string): void
}

/** Resolves DIDs in the private directory only, verifying each operation log from genesis. */
export class IdentityResolver implements Identities {
  readonly #accounts: Remembered<Account>
  readonly #network: Pick<NetworkConfig, 'marker' | 'hosts'>
  readonly #directoryUrl: string

  constructor(network: NetworkConfig, clock: Clock = systemClock) {
    this.#network = network
    this.#directoryUrl = network.peers.directory.url
    this.#accounts = new Remembered((did) => this.#lookUp(did), clock)
  }

  async resolve(did: string, options: { fresh?: boolean } = {}): Promise<Account | undefined> {
    return isPlcDid(did) ? this.#accounts.get(did, options) : undefined
  }

  forget(did: string): void {
    this.#accounts.forget(did)
  }

  async #lookUp(did: string): Promise<Account | undefined> {
    const log = await this.#fetchLog(did)
    return log === undefined ? undefined : accountFromLog(did, log, this.#network)
  }

  async #fetchLog(did: string): Promise<unknown> {
    const log = await fetchOperationLog(this.#directoryUrl, did)
    try {
      return log && JSON.parse(log.toString('utf8'))
    } catch (cause) {
      throw new AtollError('DirectoryUnavailable', { did }, cause)
    }
  }
}

/**
 * The account that an operation log makes of a DID, whoever served the log.
 * @returns undefined when it is no account of this network
 * @throws IdentityInvalid when the log does not verify
 */
export async function accountFromLog(
  did: string,
  log: unknown,
  network: Pick<NetworkConfig, 'marker' | 'hosts'>,
): Promise<Account | undefined> {
  return accountOf(did, { log, data: await verifyOperationLog(did, log) }, network)
}

type DocumentData = Awaited<ReturnType<typeof verifyOperationLog>>

function accountOf(
  did: string,
  { log, data }: { log: unknown; data: DocumentData },
  network: Pick<NetworkConfig, 'marker' | 'hosts'>,
): Account | undefined {
  const pds = data?.services['atproto_pds']?.endpoint
  const signingKey = data?.verificationMethods['atproto']
  if (data === undefined || pds === undefined || signingKey === undefined) return undefined
  // Without the marker it is an operation of another network, replayed into ours.
  if (data.services[network.marker] === undefined) return undefined
  const handle = handleIn(data.alsoKnownAs)
  const formerHandles = handlesIn(log).filter((former) => former !== handle)
  return { did, handle, formerHandles, pds, role: roleOf(pds, network.hosts), signingKey }
}

/** Every handle in a log that was verified, each once. */
function handlesIn(log: unknown): string[] {
  const handles = (log as { alsoKnownAs?: unknown }[]).map(({ alsoKnownAs }) =>
    Array.isArray(alsoKnownAs) ? handleIn(alsoKnownAs.map(String)) : undefined,
  )
  return [...new Set(handles.filter((handle) => handle !== undefined))]
}

function handleIn(alsoKnownAs: readonly string[]): string | undefined {
  return alsoKnownAs.find((alias) => alias.startsWith('at://'))?.slice('at://'.length)
}

function roleOf(pds: string, hosts: NetworkConfig['hosts']): AccountRole | undefined {
  if (hosts.org.includes(pds)) return 'org'
  if (hosts.people.includes(pds)) return 'people'
  return undefined
}
