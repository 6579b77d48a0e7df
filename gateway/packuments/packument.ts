import { promisify } from 'node:util'
import { gunzip, gzip } from 'node:zlib'
import { z } from 'zod'

const compress = promisify(gzip)
const decompress = promisify(gunzip)

/** Full, or only what an installation needs. */
export type PackumentForm = 'full' | 'abbreviated'

/** A rendered packument, compressed once and kept so: most clients ask for gzip, and it is a tenth of the size. */
export class Packument {
  readonly gzipped: Buffer
  readonly etag: string
  readonly lastModified: string | undefined
  readonly form: PackumentForm
  #files: Promise<ReadonlyMap<string, PackumentFile>> | undefined

  private constructor(gzipped: Buffer, form: PackumentForm, tags: { etag: string; lastModified: string | undefined }) {
    this.gzipped = gzipped
    this.form = form
    this.etag = tags.etag
    this.lastModified = tags.lastModified
  }

  static async of(
    body: Buffer,
    form: PackumentForm,
    tags: { etag: string; lastModified: string | undefined },
  ): Promise<Packument> {
    return new Packument(await compress(body), form, tags)
  }

  async body(): Promise<Buffer> {
    return decompress(this.gzipped)
  }

  async json(): Promise<PackumentJson> {
    return packumentSchema.parse(JSON.parse((await this.body()).toString('utf8')))
  }

  /** Its tarballs, by the last part of their URL. */
  files(): Promise<ReadonlyMap<string, PackumentFile>> {
    this.#files ??= this.json().then(filesOf)
    return this.#files
  }
}

export interface PackumentFile {
  version: string
  /** SRI; of old packages of upstream, which have none, made of their SHA-1. */
  integrity: string
}

const packumentSchema = z.looseObject({
  'dist-tags': z.record(z.string(), z.string()).default({}),
  versions: z.record(
    z.string(),
    z.looseObject({
      dist: z.looseObject({ tarball: z.string(), integrity: z.string().optional(), shasum: z.string().optional() }),
    }),
  ),
})
export type PackumentJson = z.infer<typeof packumentSchema>

function filesOf({ versions }: PackumentJson): ReadonlyMap<string, PackumentFile> {
  const files = Object.entries(versions).map(([version, { dist }]): [string, PackumentFile] => [
    decodeURIComponent(dist.tarball.slice(dist.tarball.lastIndexOf('/') + 1)),
    { version, integrity: integrityOf(dist) },
  ])
  return new Map(files)
}

/** The strongest digest there is that this registry works with. */
function integrityOf({ integrity = '', shasum = '' }: { integrity?: string | undefined; shasum?: string | undefined }) {
  if (integrity.includes('sha512-') || shasum === '') return integrity
  return `sha1-${Buffer.from(shasum, 'hex').toString('base64')}`
}
