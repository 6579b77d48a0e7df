import type { Logger } from '#common/log/index.ts'
import { Tally } from '#common/metrics/index.ts'
import { Slots } from '#common/slots/index.ts'
import { type Download, type ExpectedTarball, keptName, nameOf } from './expected-tarball.ts'
import { KeptFiles } from './kept-files.ts'
import { type OpenTarball, openTarball } from './open-tarball.ts'
import { CannotStore, SharedDownload } from './shared-download.ts'
import { verified } from './verified.ts'

const downloadsAtOnce = 32
const maxWaitingDownloads = 1_000
const alarmEveryMs = 60_000

/** Tarballs as files named by their digest. What is in it was verified; what is on its way is passed on meanwhile. */
export class TarballCache {
  /** How often a file was at hand. */
  readonly tally = new Tally<'result'>()
  readonly #kept: KeptFiles
  readonly #log: Logger
  readonly #downloads = new Map<string, Promise<SharedDownload>>()
  readonly #slots = new Slots({ count: downloadsAtOnce, maxWaiting: maxWaitingDownloads })
  #lastAlarm = Number.NEGATIVE_INFINITY

  private constructor(kept: KeptFiles, log: Logger) {
    this.#kept = kept
    this.#log = log
  }

  /** @param options.maxBytes of all files together */
  static async open(options: { folder: string; maxBytes: number; log: Logger }): Promise<TarballCache> {
    return new TarballCache(await KeptFiles.open(options.folder, options.maxBytes), options.log)
  }

  get usage(): KeptFiles['usage'] {
    return this.#kept.usage
  }

  /** Deletes a tarball and keeps it no more; who is reading it reads on. @param integrity SRI */
  async purge(integrity: string): Promise<void> {
    const name = keptName(integrity)
    if (name !== undefined) await this.#kept.purge(name)
  }

  /**
   * @param download is asked once, however many want the same file at the same time
   * @throws IntegrityMismatch when the bytes are others, as far as that shows before the first ones are given away; then
   *   nothing is kept. TooManyRequests, and what `download` throws.
   */
  async open(expected: ExpectedTarball, download: Download): Promise<OpenTarball> {
    const name = nameOf(expected)
    try {
      for (;;) {
        const kept = await this.#kept.find(name)
        const opened = kept ?? (await this.#join(name, expected, download))
        if (opened === undefined) continue
        this.tally.count({ result: kept === undefined ? 'miss' : 'hit' })
        return opened
      }
    } catch (error) {
      if (!(error instanceof CannotStore)) throw error
      this.#alarm(error)
      const { bytes, size } = await download()
      return openTarball(
        size,
        () => verified(bytes, expected),
        async () => {},
      )
    }
  }

  /** @returns undefined when the download has just ended: then look again */
  async #join(name: string, expected: ExpectedTarball, download: Download): Promise<OpenTarball | undefined> {
    const shared = await this.#shared(name, expected, download)
    if (!shared.retain()) return undefined
    try {
      await shared.begun()
    } catch (error) {
      await shared.release()
      throw error
    }
    return openTarball(
      shared.size,
      () => this.#read(shared, expected, download),
      () => shared.release(),
    )
  }

  #shared(name: string, expected: ExpectedTarball, download: Download): Promise<SharedDownload> {
    const pending = this.#downloads.get(name)
    if (pending !== undefined) return pending
    const begun = Promise.withResolvers<SharedDownload>()
    this.#downloads.set(name, begun.promise)
    void this.#receive(name, expected, download, begun.resolve).catch(begun.reject)
    return begun.promise
  }

  async #receive(
    name: string,
    expected: ExpectedTarball,
    download: Download,
    begun: (shared: SharedDownload) => void,
  ): Promise<void> {
    let shared: SharedDownload | undefined
    try {
      using _slot = await this.#slots.take()
      shared = await SharedDownload.start(this.#kept.folder, expected, await download())
      begun(shared)
      await shared.run((file, size) => this.#kept.keep(name, file, size))
    } finally {
      this.#downloads.delete(name)
      await shared?.release()
    }
  }

  /** When the disk gives up on the way, the rest comes from the source, and all of it is verified once more. */
  async *#read(shared: SharedDownload, expected: ExpectedTarball, download: Download): AsyncGenerator<Uint8Array> {
    let given = 0
    try {
      for await (const piece of shared.read()) {
        given += piece.length
        yield piece
      }
    } catch (error) {
      if (!(error instanceof CannotStore)) throw error
      this.#alarm(error)
      const { bytes } = await download()
      yield* verified(bytes, expected, { size: given, bytes: shared.readUntil(given) })
    }
  }

  #alarm(err: CannotStore): void {
    if (performance.now() - this.#lastAlarm < alarmEveryMs) return
    this.#lastAlarm = performance.now()
    this.#log.error({ alarm: 'tarballs-not-kept', err }, 'tarballs cannot be stored; they are served without')
  }
}
