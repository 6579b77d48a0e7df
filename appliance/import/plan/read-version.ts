import { createReadStream } from 'node:fs'
import ssri from 'ssri'
import { AtollError } from '#common/errors/index.ts'
import { encodeRecord } from '#common/records/index.ts'
import {
  buildVersionRecord,
  type InspectedTarball,
  inspectTarball,
  limitsWith,
  maxTarballBytes,
} from '#common/tarball/index.ts'
import type { SourceVersion } from '../sources/source.ts'

/** What the bytes of a version come to: everything the approved list and the batches need to know. */
export interface ReadVersion {
  /** CID of the version record. */
  record: string
  /** SRI, sha512-… */
  integrity: string
  /** Bytes of the tarball. */
  size: number
  createdAt: string
  /** Bytes of the record. */
  recordBytes: number
}

export interface VersionToRead {
  /** DID. */
  org: string
  name: string
  version: SourceVersion
  /** The tarball. */
  path: string
  /** RFC 3339; what counts when the source has no time, or one that is yet to come. */
  now: string
}

/**
 * Reads a tarball as the org PDS will, and holds it against what its source says.
 * @throws InvalidTarball, PayloadTooLarge with the reason why it cannot be imported
 */
export async function readVersion({ org, name, version, path, now }: VersionToRead): Promise<ReadVersion> {
  const tarball = await inspectFile(path)
  await checkDigests(tarball, version, path)
  checkIdentity(tarball, name, version.version)
  const { publishedAt } = version
  const createdAt = publishedAt === undefined || publishedAt > now ? now : publishedAt
  const { cid, record } = buildVersionRecord({ org, tarball, createdAt })
  const { integrity, size } = tarball
  return { record: cid, integrity, size, createdAt, recordBytes: encodeRecord(record).length }
}

async function inspectFile(path: string): Promise<InspectedTarball> {
  // What may be published here, the org PDS decides.
  const bytes = createReadStream(path)
  try {
    return await inspectTarball(bytes, limitsWith(maxTarballBytes))
  } finally {
    bytes.destroy()
  }
}

/** All that the source says has to be true: an old registry knows a SHA-1 only, and a broken copy may agree with half of it. */
async function checkDigests(tarball: InspectedTarball, { integrity, shasum }: SourceVersion, path: string) {
  if (integrity === undefined && shasum === undefined) {
    throw refuse('its source knows no digest of it, so nobody can tell whether these are its bytes')
  }
  if (shasum !== undefined && shasum !== tarball.shasum) {
    throw refuse(`its shasum is ${tarball.shasum}, and its source says ${shasum}`)
  }
  if (integrity === undefined) return
  const bytes = createReadStream(path)
  await ssri.checkStream(bytes, integrity).catch((cause: unknown) => {
    throw refuse(`its integrity is ${tarball.integrity}, and its source says ${integrity}`, cause)
  })
}

function checkIdentity({ packageJson }: InspectedTarball, name: string, version: string): void {
  if (packageJson.name !== name) throw refuse(`its package.json says the name is ${packageJson.name}`)
  if (packageJson.version !== version) throw refuse(`its package.json says the version is ${packageJson.version}`)
}

function refuse(reason: string, cause?: unknown): AtollError {
  return new AtollError('InvalidTarball', { reason }, cause)
}
