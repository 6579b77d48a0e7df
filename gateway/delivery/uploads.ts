import { Readable } from 'node:stream'
import { AtollError } from '#common/errors/index.ts'
import { Slots } from '#common/slots/index.ts'
import { type ExpectedTarball, type OpenTarball, verified } from '../cache/index.ts'

const uploadsAtOnce = 2
const maxWaiting = 200

/** Sends bytes to where they are kept under a name; nothing is kept when reading them fails, or when it is aborted. */
export type Put = (name: string, bytes: Readable, signal: AbortSignal) => Promise<void>

/** Uploads in the background, each file once at a time. What there are too many of is left for another time. */
export class Uploads implements AsyncDisposable {
  readonly #put: Put
  readonly #slots = new Slots({ count: uploadsAtOnce, maxWaiting })
  readonly #running = new Map<string, { done: Promise<unknown>; stop: AbortController }>()
  readonly #forbidden = new Set<string>()
  readonly #stop = new AbortController()

  constructor(put: Put) {
    this.#put = put
  }

  /**
   * Does nothing when the file is on its way already, or cannot be had: whoever asked for it hears of that.
   * @throws what `put` throws
   */
  async begin(name: string, expected: ExpectedTarball, open: () => Promise<OpenTarball>): Promise<void> {
    if (this.#running.has(name) || this.#forbidden.has(name) || this.#stop.signal.aborted) return
    const stop = new AbortController()
    const signal = AbortSignal.any([this.#stop.signal, stop.signal])
    const upload = this.#upload({ name, expected, signal }, open).finally(() => this.#running.delete(name))
    this.#running.set(name, { done: upload.catch(() => {}), stop })
    await upload
  }

  /** Uploads this file no more, and gives up an upload of it. @returns when none is on its way */
  async forbid(name: string): Promise<void> {
    this.#forbidden.add(name)
    const running = this.#running.get(name)
    running?.stop.abort()
    await running?.done
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort()
    await Promise.all(Array.from(this.#running.values(), ({ done }) => done))
  }

  async #upload(
    { name, expected, signal }: { name: string; expected: ExpectedTarball; signal: AbortSignal },
    open: () => Promise<OpenTarball>,
  ): Promise<void> {
    using slot = await this.#slots.take().catch(orNoSlot)
    if (slot === undefined || signal.aborted) return
    const source = (await open().catch(() => undefined))?.stream()
    if (source === undefined) return
    const reading = new Reading(verified(source, expected))
    try {
      await this.#put(name, reading.bytes, signal)
    } catch (error) {
      if (!reading.failed && !signal.aborted) throw error
    } finally {
      reading.bytes.destroy()
      source.destroy()
    }
  }
}

function orNoSlot(error: unknown): undefined {
  if (error instanceof AtollError && error.code === 'TooManyRequests') return undefined
  throw error
}

/** Tells a source that breaks from a bucket that does. */
class Reading {
  failed = false
  readonly bytes: Readable

  constructor(source: AsyncIterable<Uint8Array>) {
    this.bytes = Readable.from(this.#read(source), { objectMode: false })
  }

  async *#read(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    try {
      yield* source
    } catch (error) {
      this.failed = true
      throw error
    }
  }
}
