import { setTimeout as delay } from 'node:timers/promises'
import { LRUCache } from 'lru-cache'
import type { Logger } from '#common/log/index.ts'
import { type NamedFile, nextFile } from './next-file.ts'
import { putOff } from './put-off.ts'
import { type FileContext, readFile } from './read-file.ts'
import { wantJudgedAnew } from './want-bundles.ts'

const workers = 3
const idleMs = 1_000
/** A host that has a thousand files, or is slow, takes no more than this part of a worker. */
const restPerReading = 2
const maxHosts = 10_000

type Context = FileContext & { log: Logger }

/** Reads bundles and READMEs of the public network: of each PDS one at a time, and each for ever until it is read. */
export class FileReader implements AsyncDisposable {
  readonly #context: Context
  readonly #stop = new AbortController()
  readonly #busy = new Set<string>()
  /** Origin → when it may be asked again. */
  readonly #resting = new LRUCache<string, number>({ max: maxHosts })
  readonly #done: Promise<unknown>
  #choosing: Promise<unknown>
  #bell = Promise.withResolvers<void>()

  constructor(context: Context) {
    this.#context = context
    this.#choosing = this.#begin()
    this.#done = Promise.all(Array.from({ length: workers }, () => this.#work()))
  }

  wake(): void {
    this.#bell.resolve()
    this.#bell = Promise.withResolvers()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort()
    this.wake()
    await this.#done
  }

  async #begin(): Promise<void> {
    const { db, judge, now } = this.#context
    await wantJudgedAnew(db, judge.roots, now()).catch((err) => this.#log(err))
  }

  async #work(): Promise<void> {
    const { signal } = this.#stop
    while (!signal.aborted) {
      const rung = this.#bell.promise
      const next = await this.#next().catch((err) => this.#log(err))
      if (next === undefined) await Promise.race([rung, delay(idleMs, undefined, { signal }).catch(() => {})])
      else await this.#read(next)
    }
  }

  async #read(file: NamedFile): Promise<void> {
    const began = performance.now()
    try {
      await readFile(this.#context, file)
    } catch (err) {
      if (this.#stop.signal.aborted) return
      this.#log(err, file)
      await putOff(this.#context.db, file, this.#context.now()).catch((error) => this.#log(error, file))
    } finally {
      const ended = performance.now()
      this.#resting.set(file.pds, ended + (ended - began) * restPerReading)
      this.#busy.delete(file.pds)
    }
  }

  /** One worker chooses after the other, so that no two choose the same. */
  #next(): Promise<NamedFile | undefined> {
    const choosing = this.#choosing.then(async () => {
      const next = await nextFile(this.#context.db, [...this.#busy, ...this.#restingNow()], this.#context.now())
      if (next !== undefined) this.#busy.add(next.pds)
      return next
    })
    this.#choosing = choosing.catch(() => {})
    return choosing
  }

  #restingNow(): string[] {
    const now = performance.now()
    for (const [host, until] of this.#resting) if (until <= now) this.#resting.delete(host)
    return [...this.#resting.keys()]
  }

  #log(err: unknown, file?: NamedFile): undefined {
    this.#context.log.warn({ file, err }, 'a file of the public network could not be read')
  }
}
