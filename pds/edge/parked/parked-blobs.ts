import { mkdir, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type Kysely, sql } from '#common/db/index.ts'
import { AtollError } from '#common/errors/index.ts'
import { syncFolder, type Upload } from '#pds/host/index.ts'
import type { EdgeTables } from '../database.ts'

export interface ParkedBlob {
  cid: string
  size: number
  mimeType: string
  path: string
}

interface Place {
  did: string
  cid: string
}

export interface ParkedOptions {
  db: Kysely<EdgeTables>
  /** On the file system of the blobs. */
  folder: string
  maxBytes: number
  maxBlobs: number
}

/** What no record came for within a week is sent again by whoever still wants it. */
const keptDays = 7

/** Blobs that wait for the records that refer to them. The file comes first, then its row, and it goes after its row: a file without one is nobody's. */
export class ParkedBlobs {
  readonly #options: ParkedOptions
  /** Of blobs that are being received. */
  #arriving = { bytes: 0, blobs: 0 }

  /** Removes what an earlier run left half done. */
  static async open(options: ParkedOptions): Promise<ParkedBlobs> {
    const parked = new ParkedBlobs(options)
    await mkdir(options.folder, { recursive: true, mode: 0o700 })
    await parked.#forgetOld()
    const rows = await options.db.selectFrom('parked_blob').select(['did', 'cid']).execute()
    const known = new Set(rows.map(fileNameOf))
    const files = await readdir(options.folder)
    for (const file of files) if (!known.has(file)) await rm(join(options.folder, file), { force: true })
    // A restored database knows more than a folder that was not.
    const there = new Set(files)
    for (const row of rows) if (!there.has(fileNameOf(row))) await parked.release(row.did, [row.cid])
    return parked
  }

  private constructor(options: ParkedOptions) {
    this.#options = options
  }

  /** @returns those of a repository's blobs that wait here */
  async find(did: string, cids: readonly string[]): Promise<ParkedBlob[]> {
    if (cids.length === 0) return []
    const rows = await this.#options.db
      .selectFrom('parked_blob')
      .select(['cid', 'size', 'mime_type'])
      .where('did', '=', did)
      .where('cid', 'in', [...cids])
      .execute()
    return rows.map(({ cid, size, mime_type: mimeType }) => ({ cid, size, mimeType, path: this.#pathOf({ did, cid }) }))
  }

  /** Keeps room for a blob while it is received. @throws EdgeFull */
  async makeRoom(size: number): Promise<Disposable> {
    // Taken before anything is awaited, so that many at once do not all find the same room.
    this.#arriving = { bytes: this.#arriving.bytes + size, blobs: this.#arriving.blobs + 1 }
    const give = () => {
      this.#arriving = { bytes: this.#arriving.bytes - size, blobs: this.#arriving.blobs - 1 }
    }
    try {
      if (!(await this.#fits())) await this.#forgetOld()
      if (!(await this.#fits())) throw new AtollError('EdgeFull')
    } catch (error) {
      give()
      throw error
    }
    return { [Symbol.dispose]: give }
  }

  /** Takes over a file that is complete and durable. */
  async keep(did: string, upload: Upload, mimeType: string): Promise<void> {
    const { cid, size } = upload
    await rename(upload.path, this.#pathOf({ did, cid }))
    await syncFolder(this.#options.folder)
    await this.#options.db
      .insertInto('parked_blob')
      .values({ did, cid, size, mime_type: mimeType })
      .onConflict((conflict) => conflict.columns(['did', 'cid']).doUpdateSet({ mime_type: mimeType }))
      .execute()
  }

  /** The bytes are there, and are now another type's. */
  async retype(did: string, cid: string, mimeType: string): Promise<void> {
    const { db } = this.#options
    await db
      .updateTable('parked_blob')
      .set({ mime_type: mimeType })
      .where('did', '=', did)
      .where('cid', '=', cid)
      .execute()
  }

  /** Gives up what is in its repository now. */
  async release(did: string, cids: readonly string[]): Promise<void> {
    if (cids.length === 0) return
    await this.#options.db
      .deleteFrom('parked_blob')
      .where('did', '=', did)
      .where('cid', 'in', [...cids])
      .execute()
    for (const cid of cids) await rm(this.#pathOf({ did, cid }), { force: true })
  }

  async #fits(): Promise<boolean> {
    const { db, maxBytes, maxBlobs } = this.#options
    const { bytes, blobs } = await db
      .selectFrom('parked_blob')
      .select((e) => [
        e.fn.coalesce(e.fn.sum<string>('size'), sql<string>`0`).as('bytes'),
        e.fn.countAll<string>().as('blobs'),
      ])
      .executeTakeFirstOrThrow()
    return Number(bytes) + this.#arriving.bytes <= maxBytes && Number(blobs) + this.#arriving.blobs <= maxBlobs
  }

  async #forgetOld(): Promise<void> {
    const old = await this.#options.db
      .selectFrom('parked_blob')
      .select(['did', 'cid'])
      .where('parked_at', '<', sql<Date>`now() - make_interval(days => ${keptDays})`)
      .execute()
    for (const { did, cid } of old) await this.release(did, [cid])
  }

  #pathOf(place: Place): string {
    return join(this.#options.folder, fileNameOf(place))
  }
}

function fileNameOf({ did, cid }: Place): string {
  return `${did.replaceAll(':', '_')}.${cid}`
}
