import { promisify } from 'node:util'
import { gunzip, gzip } from 'node:zlib'
import { z } from 'zod'

const compress = promisify(gzip)
const decompress = promisify(gunzip)

/** Full, or only what an installation needs. */
export type PackumentForm = 'full' | 'abbreviated'

/** What is said of it beside its bytes. */
export interface PackumentTags {
  etag: string
  lastModified: string | undefined
  /** Headers that say upstream could not be asked whether it still holds: RFC 9111, section 5.1, and RFC 7234, 5.5. */
  stale: { age: string; warning: string } | undefined
}

/** A rendered packument, compressed once and kept so: most clients ask for gzip, and it is a tenth of the size. */
export class Packument {
  readonly gzipped: Buffer
  readonly form: PackumentForm
  readonly tags: PackumentTags
  #files: Promise<ReadonlyMap<string, PackumentFile>> | undefined

  private constructor(gzipped: Buffer, form: PackumentForm, tags: PackumentTags) {
    this.gzipped = gzipped
    this.form = form
    this.tags = tags
  }

  static async of(body: Buffer, form: PackumentForm, tags: PackumentTags): Promise<Packument> {
    return new Packument(await compress(body), form, tags)
  }

  /** The same, as it is known by now. */
  with(tags: Pick<PackumentTags, 'stale'>): Packument {
    if (this.tags.stale?.age === tags.stale?.age) return this
    return new Packument(this.gzipped, this.form, { ...this.tags, ...tags })
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
