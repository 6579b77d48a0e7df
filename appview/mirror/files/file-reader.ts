import { LRUCache } from 'lru-cache'
import type { Logger } from '#common/log/index.ts'
import { Rounds } from '#common/rounds/index.ts'
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
  readonly #busy = new Set<string>()
  /** Origin → when it may be asked again. */
  readonly #resting = new LRUCache<string, number>({ max: maxHosts })
  readonly #workers: readonly Rounds[]
  #choosing: Promise<unknown>

  constructor(context: Context) {
    this.#context = context
    this.#choosing = this.#begin()
    const round = {
      work: (signal: AbortSignal) => this.#work(signal),
      failed: (err: unknown) => this.#log(err),
      restMs: idleMs,
      wakesFromRest: true,
    }
    this.#workers = Array.from({ length: workers }, () => new Rounds(round))
  }

  wake(): void {
    for (const worker of this.#workers) worker.ring()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker[Symbol.asyncDispose]()))
  }

  async #begin(): Promise<void> {
    const { db, judge, now } = this.#context
    await wantJudgedAnew(db, judge.roots, now()).catch((err) => this.#log(err))
  }

  async #work(signal: AbortSignal): Promise<number> {
    while (!signal.aborted) {
      const next = await this.#next()
      if (next === undefined) break
      await this.#read(next, signal)
    }
    return idleMs
  }

  async #read(file: NamedFile, signal: AbortSignal): Promise<void> {
    const began = performance.now()
    try {
      await readFile(this.#context, file)
    } catch (err) {
      if (signal.aborted) return
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
