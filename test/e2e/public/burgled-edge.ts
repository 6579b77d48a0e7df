import { readFile } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { configFile } from '#appliance/init/index.ts'
import { openDatabase } from '#common/db/index.ts'
import { createLogger } from '#common/log/index.ts'
import type { UnplacedRecord } from '#common/records/index.ts'
import { type EdgeTables, edgeMigrations } from '#pds/edge/database.ts'
import { type EdgeConfig, edgeConfigSchema } from '#pds/edge/index.ts'
import { openRepositories, receiveUpload, uploadsIn } from '#pds/host/index.ts'
import type { PackageSource } from '#test/support/package-folder.ts'
import { attestation, type PublicVersion, packed, recordsOf } from '#test/support/public-network/publications.ts'

const nobody = { by: 'nobody', procedure: 'none' }

/**
 * One public PDS in the hands of somebody who has everything that is on its machine: configuration, keys, repositories, database. They write
 * past it into its repositories, as it would itself.
 */
export class BurgledEdge {
  readonly #config: EdgeConfig

  static async of(dataDir: string, role: 'org' | 'people'): Promise<BurgledEdge> {
    return new BurgledEdge(
      edgeConfigSchema.parse(JSON.parse(await readFile(configFile(dataDir, `edge-${role}`), 'utf8'))),
    )
  }

  private constructor(config: EdgeConfig) {
    this.#config = config
  }

  /** A whole version with its bytes, tagged `latest`. */
  async publishes(did: string, source: PackageSource): Promise<PublicVersion> {
    const { bytes, tarball } = await packed(source)
    const { about, version, tag } = recordsOf(did, tarball)
    const { readme, integrity, blobCid } = tarball
    const files = [{ bytes, mimeType: 'application/gzip' }]
    if (readme !== undefined) files.push({ bytes: Buffer.from(readme.bytes), mimeType: readme.mimeType })
    await this.#writes(did, [about, version, tag], files)
    const { name, version: number } = source
    const uri = `at://${did}/${version.collection}/${version.rkey}`
    return { did, name, version: number, uri, cid: version.cid, integrity, blob: blobCid }
  }

  /** In the name of somebody who attests in public. */
  async attests(did: string, version: PublicVersion): Promise<void> {
    await this.#writes(did, [attestation(version)], [])
  }

  async #writes(did: string, records: UnplacedRecord[], files: { bytes: Buffer; mimeType: string }[]): Promise<void> {
    const { role, dataDir, self, blobs, directory: directoryUrl, publicUrl: endpoint, pds, database } = this.#config
    await using opened = new AsyncDisposableStack()
    const { db } = opened.use(await openDatabase<EdgeTables>(database, edgeMigrations))
    const settings = { dataDir, self, blobs, directoryUrl, pds: { ...pds, handleDomains: [] } }
    const log = createLogger('burglar', 'silent')
    const { writer } = await openRepositories(
      { role: `edge-${role}`, settings, endpoint, db: db as never, log },
      opened,
    )
    const uploads = await Promise.all(
      files.map(async ({ bytes, mimeType }) => {
        const options = { folder: uploadsIn({ dataDir }), limitBytes: bytes.length }
        const { path, cid, size } = await receiveUpload(Readable.from([bytes]), options)
        return { path, cid, size, mimeType }
      }),
    )
    const writes = records.map((record) => ({ action: 'put' as const, ...record }))
    await writer.write(did, writes, nobody, uploads)
  }
}
