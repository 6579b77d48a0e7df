import { parseCid } from '@atproto/lex-data'
import { AtollError } from '#common/errors/index.ts'
import type { Logger } from '#common/log/index.ts'
import type { RepoBlobs } from '../blobs/index.ts'
import type { PdsContext } from '../embed/index.ts'
import type { RepoRole } from '../gate-writes/validate-record.ts'
import { erasedRef } from './mark-erased.ts'

type Did = Parameters<PdsContext['actorStore']['read']>[0]

interface Options {
  context: PdsContext
  blobsOf: (did: string) => Pick<RepoBlobs, 'deleteMany'>
  log: Logger
}

/** A file that is to be written. */
interface OfferedBlob {
  cid: string
  mimeType: string
}

const retryMs = 30_000
const tarballType = 'application/gzip'

/**
 * Deletes the bytes of blobs that are marked as erased, and knows them. The marks are in the repositories' own databases, beside the purges
 * they belong to; so what a kill cut off is done at the next start, and what storage refused, again and again.
 */
export class Erasure implements Disposable {
  readonly #options: Options
  /** `did cid` of what is marked; true once its bytes are deleted. */
  readonly #known = new Map<string, boolean>()
  /** CIDs of erased tarballs, of whichever repository. */
  readonly #tarballs = new Set<string>()
  #timer: NodeJS.Timeout | undefined

  /**
   * Finishes what an earlier run began. Storage that is away does not keep the PDS from starting.
   * @param role only organisations' repositories have blobs that are erased
   */
  static async start(role: RepoRole, options: Options): Promise<Erasure> {
    const erasure = new Erasure(options)
    if (role !== 'org') return erasure
    for (const did of await hostedHere(options.context)) {
      await erasure.settle(did).catch((error) => {
        if (!(error instanceof AtollError)) throw error
      })
    }
    return erasure
  }

  private constructor(options: Options) {
    this.#options = options
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer)
  }

  /**
   * A repository takes no file again that was erased from it, and nobody's an erased tarball: a tarball is of one package, which may have been
   * handed over. A README may be anybody's.
   * @throws BlobPurged
   */
  check(did: string, blobs: readonly OfferedBlob[]): void {
    for (const { cid, mimeType } of blobs) {
      const isTarball = mimeType === tarballType
      if (!this.#known.has(`${did} ${cid}`) && !(isTarball && this.#tarballs.has(cid))) continue
      throw new AtollError('BlobPurged', { what: isTarball ? 'The tarball' : `A file (${mimeType})` })
    }
  }

  /** Deletes what is marked in one repository. @throws PurgeIncomplete; then it is tried again */
  async settle(did: string): Promise<void> {
    for (const { cid, mimeType } of await this.#marked(did)) {
      const key = `${did} ${cid}`
      if (!this.#known.has(key)) this.#known.set(key, false)
      if (mimeType === tarballType) this.#tarballs.add(cid)
    }
    const pending = [...this.#known].filter(([key, deleted]) => !deleted && key.startsWith(`${did} `))
    if (pending.length === 0) return
    const cids = pending.map(([key]) => key.slice(did.length + 1))
    try {
      await this.#options.blobsOf(did).deleteMany(cids.map((cid) => parseCid(cid)))
    } catch (err) {
      this.#options.log.error({ alarm: 'blobs-not-erased', did, cids, err }, 'purged blobs could not be deleted')
      this.#retry()
      throw new AtollError('PurgeIncomplete', {}, err)
    }
    for (const [key] of pending) this.#known.set(key, true)
    this.#options.log.info({ did, cids }, 'purged blobs are deleted')
  }

  #marked(did: string): Promise<OfferedBlob[]> {
    return this.#options.context.actorStore.read(did as Did, ({ record: { db } }) =>
      db.db.selectFrom('blob').where('takedownRef', '=', erasedRef).select(['cid', 'mimeType']).execute(),
    )
  }

  #retry(): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(async () => {
      const waiting = new Set([...this.#known].flatMap(([key, deleted]) => (deleted ? [] : [key.split(' ')[0] ?? ''])))
      for (const did of waiting) await this.settle(did).catch(() => {})
    }, retryMs)
    this.#timer.unref()
  }
}

/** Frozen accounts, too. */
async function hostedHere({ accountManager, actorStore }: PdsContext): Promise<string[]> {
  const rows = await accountManager.db.db.selectFrom('actor').select('did').execute()
  const there = await Promise.all(rows.map(async ({ did }) => ((await actorStore.exists(did)) ? [did] : [])))
  return there.flat()
}
