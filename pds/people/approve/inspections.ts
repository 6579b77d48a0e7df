import { Readable } from 'node:stream'
import type { ReadableStream } from 'node:stream/web'
import { LRUCache } from 'lru-cache'
import { AtollError } from '#common/errors/index.ts'
import { Slots } from '#common/slots/index.ts'
import { type InspectedTarball, inspectTarball, limitsWith, type TarballLimits } from '#common/tarball/index.ts'
import type { PeerClient } from '#common/xrpc/index.ts'
import { app } from '#lexicons'

/** The parked bytes of one operation. */
export interface ParkedUpload {
  /** SHA-256 of the operation's bytes. */
  op: Uint8Array
  /** SRI that the operation names. */
  integrity: string
}

const downloadTimeoutMs = 120_000
const atOnce = 3
const maxWaiting = 30
// As long as an approval lives.
const rememberedMs = 5 * 60_000
const rememberedBytes = 64 * 2 ** 20

/** What this PDS read in parked tarballs: a few at a time, and not again when somebody loads the page again. */
export class Inspections {
  readonly #gateway: Pick<PeerClient, 'fetch'>
  readonly #limits: TarballLimits
  readonly #slots = new Slots({ count: atOnce, maxWaiting })
  readonly #known = new LRUCache<string, InspectedTarball>({
    maxSize: rememberedBytes,
    sizeCalculation: weightOf,
    ttl: rememberedMs,
  })

  /** @param tarballBytes the most that a tarball may have */
  constructor(gateway: Pick<PeerClient, 'fetch'>, tarballBytes: number) {
    this.#gateway = gateway
    this.#limits = limitsWith(tarballBytes)
  }

  /**
   * @returns what is in exactly the bytes of that integrity
   * @throws InvalidTarball, PayloadTooLarge, InvalidOperation when the gateway sends other bytes, TooManyRequests, ComponentUnavailable
   */
  async inspect({ op, integrity }: ParkedUpload): Promise<InspectedTarball> {
    const key = `${Buffer.from(op).toString('base64url')} ${integrity}`
    const known = this.#known.get(key)
    if (known !== undefined) return known
    using _slot = await this.#slots.take()
    // While this one waited, the same may have been read for an earlier load of the page.
    const meanwhile = this.#known.get(key)
    if (meanwhile !== undefined) return meanwhile
    const inspected = await this.#read(integrity)
    this.#known.set(key, inspected)
    return inspected
  }

  /** Streamed: nothing here holds the tarball. */
  async #read(integrity: string): Promise<InspectedTarball> {
    const nsid = app.npm.gateway.getParked.main.nsid
    const response = await this.#gateway.fetch(nsid, { integrity }, { timeoutMs: downloadTimeoutMs })
    if (response.body === null) throw new Error('the gateway answered without a body')
    await using bytes = Readable.fromWeb(response.body as ReadableStream<Uint8Array>)
    const inspected = await inspectTarball(bytes, this.#limits)
    if (inspected.integrity === integrity) return inspected
    throw new AtollError('InvalidOperation', { reason: 'the parked tarball is not the one it names' })
  }
}

// What an object and its numbers cost besides its string.
const bytesPerFile = 100

/** About what it costs to remember this, in bytes. package.json counts twice, as bytes and as objects. */
function weightOf({ files, manifest, readme }: InspectedTarball): number {
  const listing = files.reduce((bytes, { path }) => bytes + path.length + bytesPerFile, 0)
  return listing + 2 * manifest.length + (readme?.bytes.length ?? 0)
}
