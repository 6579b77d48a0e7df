import { parseCid, type TypedBlobRef } from '@atproto/lex-data'
import { packageKey, tagKey, versionKey } from '#common/names/index.ts'
import { type BundleRef, bundleMimeType } from '#common/provenance/index.ts'
import { type BuiltRecord, buildRecord, placeRecord, type RecordParts, recordUri } from '#common/records/index.ts'
import { app } from '#lexicons'
import type { InspectedTarball } from './inspect-tarball.ts'
import { refuseTarball } from './limits.ts'
import type { PackageJson } from './package-json.ts'

/** The at-URI of a package's own record. @param org DID */
export function packageUri(org: string, name: string): `at://${string}` {
  return recordUri(org, app.npm.package.record.main.$type, packageKey(name))
}

/**
 * The version record of a tarball. Gateway, people PDS and org PDS each build it for themselves and must get the same CID.
 * @param provenance the Sigstore bundle that came with it, if any
 * @param createdAt RFC 3339
 * @throws InvalidTarball when the record would not be valid, with the reason
 */
export function buildVersionRecord({
  org,
  tarball,
  provenance,
  createdAt,
}: {
  org: string
  tarball: InspectedTarball
  provenance?: Pick<BundleRef, 'cid' | 'size'> | undefined
  createdAt: string
}): BuiltRecord {
  const { name, version, repository } = tarball.packageJson
  const fields = {
    package: packageUri(org, name),
    name,
    version,
    manifest: tarball.manifest,
    tarball: blobRef(tarball.blobCid, 'application/gzip', tarball.size),
    integrity: tarball.integrity,
    shasum: tarball.shasum,
    fileCount: tarball.fileCount,
    unpackedSize: tarball.unpackedSize,
    // Left out where there is none, so that what was published before this field has the same record still.
    hasBindingGyp: tarball.hasBindingGyp || undefined,
    sourceRepo: repository?.url,
    readme: tarball.readme && blobRef(tarball.readme.cid, tarball.readme.mimeType, tarball.readme.bytes.length),
    provenance: provenance && blobRef(provenance.cid, bundleMimeType, provenance.size),
    createdAt,
  }
  const rkey = versionKey(name, version)
  return place(org, { schema: app.npm.package.version.main, rkey, fields })
}

/**
 * The record of the package as a whole, from what its newest version says.
 * @param source where its versions are built, once that is declared
 * @throws InvalidTarball when the record would not be valid, with the reason
 */
export function buildPackageRecord({
  org,
  tarball,
  source,
  createdAt,
}: {
  org: string
  tarball: { packageJson: Pick<PackageJson, 'name' | 'description' | 'license' | 'keywords' | 'homepage'> }
  source?: app.npm.package.record.Source | undefined
  createdAt: string
}): BuiltRecord {
  const { name, description, license, keywords, homepage } = tarball.packageJson
  const fields = { name, description, license, keywords, homepage, source, createdAt }
  return place(org, { schema: app.npm.package.record.main, rkey: packageKey(name), fields })
}

/** A dist-tag. @param retired the tag is removed @throws InvalidTarball when the record would not be valid, with the reason */
export function buildTagRecord({
  org,
  name,
  tag,
  version,
  retired,
  createdAt,
}: {
  org: string
  name: string
  tag: string
  version: string
  retired?: boolean | undefined
  createdAt: string
}): BuiltRecord {
  const fields = { package: packageUri(org, name), tag, version, retired, createdAt }
  return place(org, { schema: app.npm.package.tag.main, rkey: tagKey(name, tag), fields })
}

function place(org: string, parts: RecordParts): BuiltRecord {
  return placeRecord(org, buildRecord(parts, refuseTarball))
}

function blobRef(cid: string, mimeType: string, size: number): TypedBlobRef {
  return { $type: 'blob', ref: parseCid(cid), mimeType, size }
}
