import { isValidHandle } from '@atproto/syntax'
import type { DocumentData } from '@did-plc/lib'
import { BodyTooLarge } from '#common/bodies/index.ts'
import { type Clock, systemClock } from '#common/clock/index.ts'
import { AtollError } from '#common/errors/index.ts'
import type { Outbound } from '#common/outbound/index.ts'
import { isPlcDid } from './plc-did.ts'
import { Remembered } from './remembered.ts'
import { verifyOperationLog } from './verify-operation-log.ts'
import { type AccountClaims, readWebDocument, webHostOf } from './web-document.ts'

/** An account of the public network. */
export interface PublicAccount {
  did: string
  /** The name it gives itself; whoever uses it asks the name's owner, too. */
  handle: string | undefined
  /** The origin of its PDS. */
  pds: string
  /** did:key of the repository's signing key. */
  signingKey: string
}

export interface PublicIdentitiesOptions {
  directoryUrl: string
  /** The directory is configured there; hosts of did:web are discovered. */
  outbound: Outbound
  /** Of a private network: a log that carries it was replayed out of there. */
  marker?: string | undefined
  clock?: Clock
}

const limits = { maxBytes: 4_000_000, timeoutMs: 5_000 }

/** Resolves DIDs of the public network: did:plc by the operation log, verified from genesis; did:web by its host's document. */
export class PublicIdentities {
  readonly #accounts: Remembered<PublicAccount>
  readonly #options: PublicIdentitiesOptions

  constructor(options: PublicIdentitiesOptions) {
    this.#options = options
    this.#accounts = new Remembered((did) => this.#lookUp(did), options.clock ?? systemClock)
  }

  /**
   * @param options.fresh true asks again, for instance after a signature failed
   * @returns undefined for DIDs that are unknown, tombstoned or no accounts, and for a did:web whose host gives no document
   * @throws DirectoryUnavailable; IdentityInvalid: the log does not verify, or is a private network's
   */
  async resolve(did: string, options: { fresh?: boolean } = {}): Promise<PublicAccount | undefined> {
    if (!isPlcDid(did) && webHostOf(did) === undefined) return undefined
    return this.#accounts.get(did, options)
  }

  forget(did: string): void {
    this.#accounts.forget(did)
  }

  async #lookUp(did: string): Promise<PublicAccount | undefined> {
    const { outbound, marker } = this.#options
    if (!isPlcDid(did)) {
      const found = await readWebDocument(did, outbound)
      return found && publicAccount(did, found)
    }
    const log = await this.fetchLog(did)
    return log && publicAccountFromLog(did, parse(did, log), marker)
  }

  /**
   * An account's operation log, byte for byte as the directory has it. It is to be verified by whoever reads it.
   * @returns undefined for what is no did:plc, or unknown
   * @throws DirectoryUnavailable; IdentityInvalid: it is too long
   */
  async fetchLog(did: string): Promise<Buffer | undefined> {
    if (!isPlcDid(did)) return undefined
    const { directoryUrl, outbound } = this.#options
    try {
      const answer = await outbound.fetch(`${directoryUrl.replace(/\/$/, '')}/${did}/log`, {
        ...limits,
        maxRedirects: 0,
      })
      const body = await answer.bytes()
      if (answer.status === 404) return undefined
      if (answer.status !== 200) throw new Error(`the directory answered ${answer.status}`)
      return body
    } catch (cause) {
      // Asked again it would be no shorter, and whoever reads of many accounts must go on.
      if (cause instanceof AtollError && cause.cause instanceof BodyTooLarge) {
        throw new AtollError('IdentityInvalid', { did, reason: 'its operation log is too long' }, cause)
      }
      throw new AtollError('DirectoryUnavailable', { did }, cause)
    }
  }
}

/**
 * The account that an operation log makes of a DID of the public network, whoever served the log.
 * @param marker of a private network, whose logs are none of the public one
 * @returns undefined when it is tombstoned, or no account
 * @throws IdentityInvalid when the log does not verify, or carries the marker
 */
export async function publicAccountFromLog(
  did: string,
  log: unknown,
  marker: string | undefined,
): Promise<PublicAccount | undefined> {
  const data = await verifyOperationLog(did, log)
  if (marker !== undefined && carries(log, marker)) {
    throw new AtollError('IdentityInvalid', { did, reason: 'its operation log is that of a private network' })
  }
  return data && publicAccount(did, claimsOf(data))
}

/** Every handle that a log names which was verified, each once: lockfiles outlive a change of name. */
export function handlesInLog(log: unknown): string[] {
  const named = (log as { alsoKnownAs?: unknown; handle?: unknown }[]).map(({ alsoKnownAs, handle }) => {
    // The oldest kind of operation has the handle itself (https://web.plc.directory/spec/v0.1/did-plc).
    if (typeof handle === 'string') return handleIn([`at://${handle}`])
    return Array.isArray(alsoKnownAs) ? handleIn(alsoKnownAs.map(String)) : undefined
  })
  return [...new Set(named.filter((handle) => handle !== undefined))]
}

function parse(did: string, log: Buffer): unknown {
  try {
    return JSON.parse(log.toString('utf8'))
  } catch (cause) {
    throw new AtollError('DirectoryUnavailable', { did }, cause)
  }
}

function claimsOf({ alsoKnownAs, services, verificationMethods }: DocumentData): AccountClaims {
  return { alsoKnownAs, pds: services['atproto_pds']?.endpoint, signingKey: verificationMethods['atproto'] }
}

function publicAccount(did: string, { alsoKnownAs, pds, signingKey }: AccountClaims): PublicAccount | undefined {
  // Scheme, host and port are all there is to a PDS (https://atproto.com/specs/did): one host has one name.
  const origin = pds === undefined || !URL.canParse(pds) ? undefined : new URL(pds)
  if (origin === undefined || !/^https?:$/.test(origin.protocol) || signingKey === undefined) return undefined
  return { did, handle: handleIn(alsoKnownAs), pds: origin.origin, signingKey }
}

/** The first one counts, and no other in its place when it is none. */
function handleIn(alsoKnownAs: readonly string[]): string | undefined {
  const handle = alsoKnownAs
    .find((alias) => alias.startsWith('at://'))
    ?.slice('at://'.length)
    .toLowerCase()
  return handle !== undefined && isValidHandle(handle) ? handle : undefined
}

/** A log that was verified; every operation of a private network but the first carries its marker. */
function carries(log: unknown, marker: string): boolean {
  return (log as { services?: object }[]).some(
    ({ services }) => services !== undefined && Object.hasOwn(services, marker),
  )
}
