import { createReadStream } from 'node:fs'
import { Readable } from 'node:stream'
import { AtollError } from '#common/errors/index.ts'
import type { BuiltRecord } from '#common/records/index.ts'
import {
  buildVersionRecord,
  type InspectedTarball,
  inspectTarball,
  limitsWith,
  type TarballLimits,
} from '#common/tarball/index.ts'
import type { BlobFile, PdsHost } from '#pds/host/index.ts'
import { BodyCutter } from '../body-cutter.ts'
import type { OpenImport } from './import-store.ts'

/** A version whose bytes have arrived, and are what was approved. */
export interface ArrivedVersion {
  imported: OpenImport['versions'][number]
  tarball: InspectedTarball
  record: BuiltRecord
  /** Of the tarball, and the README. */
  blobs: BlobFile[]
}

/**
 * Takes in tarballs, one after the other, each as long as the list says, and makes its record of each.
 * @param opened removes the files that no repository took over
 * @throws PayloadTooLarge, InvalidTarball, InvalidOperation when the bytes make another record than the approved one, InvalidRequest
 */
export async function receiveVersions(
  host: Pick<PdsHost, 'receiveUpload' | 'config'>,
  { org, wanted, body }: { org: string; wanted: OpenImport['versions']; body: Readable },
  opened: AsyncDisposableStack,
): Promise<ArrivedVersion[]> {
  const limits = limitsWith(host.config.tarballBytes)
  const cutter = new BodyCutter(body)
  const arrived: ArrivedVersion[] = []
  for (const imported of wanted) {
    const { size } = imported.version
    if (size > limits.packedBytes) throw new AtollError('PayloadTooLarge', { limitBytes: limits.packedBytes })
    const upload = opened.use(await host.receiveUpload(cutter.next(size), size))
    const tarball = await inspectFile(upload.path, limits)
    const record = recordOf(org, imported, tarball)
    const blobs = [{ path: upload.path, cid: tarball.blobCid, size, mimeType: 'application/gzip' }]
    arrived.push({ imported, tarball, record, blobs })
  }
  await cutter.end()
  await receiveReadmes(host, arrived, opened)
  return arrived
}

async function inspectFile(path: string, limits: TarballLimits): Promise<InspectedTarball> {
  const bytes = createReadStream(path)
  try {
    return await inspectTarball(bytes, limits)
  } finally {
    bytes.destroy()
  }
}

/** The same pure function as everywhere, and the CID that was approved. */
function recordOf(org: string, imported: OpenImport['versions'][number], tarball: InspectedTarball): BuiltRecord {
  const { name } = imported.package
  const { version, record, createdAt } = imported.version
  const built = buildVersionRecord({ org, tarball, createdAt })
  if (built.cid === record) return built
  throw new AtollError('InvalidOperation', {
    reason: `the bytes of ${name}@${version} make another record than the approved one`,
  })
}

/** One file for all versions that have the same. */
async function receiveReadmes(
  host: Pick<PdsHost, 'receiveUpload'>,
  arrived: readonly ArrivedVersion[],
  opened: AsyncDisposableStack,
): Promise<void> {
  const files = new Map<string, BlobFile>()
  for (const { tarball, blobs } of arrived) {
    const { readme } = tarball
    if (readme === undefined) continue
    const bytes = Buffer.from(readme.bytes)
    let file = files.get(readme.cid)
    if (file === undefined) {
      const { path } = opened.use(await host.receiveUpload(Readable.from([bytes]), bytes.length))
      file = { path, cid: readme.cid, size: bytes.length, mimeType: readme.mimeType }
      files.set(readme.cid, file)
    }
    blobs.push(file)
  }
}
