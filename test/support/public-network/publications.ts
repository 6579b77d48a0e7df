import { rm } from 'node:fs/promises'
import { versionKey } from '#common/names/index.ts'
import { attestationOf } from '#common/operations/index.ts'
import { bundleMimeType as bundleType, describeBundle } from '#common/provenance/index.ts'
import { buildRecord, type UnplacedRecord } from '#common/records/index.ts'
import {
  buildPackageRecord,
  buildTagRecord,
  buildVersionRecord,
  type InspectedTarball,
  inspectTarball,
  packageUri,
} from '#common/tarball/index.ts'
import { app } from '#lexicons'
import { type PackageSource, pack, packageFolder } from '../package-folder.ts'

export { bundleType }

/** A version as it stands in its publisher's repository. */
export interface PublicVersion {
  /** Of its publisher. */
  did: string
  name: string
  version: string
  /** Of the version record. */
  uri: string
  cid: string
  integrity: string
  /** CID of the tarball. */
  blob: string
}

/** A package as `npm pack` would have packed it. */
export async function packed(source: PackageSource): Promise<{ bytes: Buffer; tarball: InspectedTarball }> {
  const folder = await packageFolder(source)
  try {
    const bytes = await pack(folder)
    return { bytes, tarball: await inspectTarball(bytes) }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** The records of a version, by the same functions that the components use. */
export function recordsOf(org: string, tarball: InspectedTarball, bundle?: Uint8Array) {
  const { name, version } = tarball.packageJson
  const createdAt = now()
  return {
    about: buildPackageRecord({ org, tarball, createdAt }),
    version: buildVersionRecord({ org, tarball, createdAt, provenance: bundle && describeBundle(bundle) }),
    tag: buildTagRecord({ org, name, tag: 'latest', version, createdAt }),
  }
}

export function attestation({ did, uri, cid, ...said }: PublicVersion): UnplacedRecord {
  const { name, version, integrity } = said
  const write = { uri: uri as `at://${string}`, cid }
  return attestationOf({ org: did, write, name, version, integrity, method: 'mfa', createdAt: now() })
}

export function publishersOf(publishers: readonly string[]): UnplacedRecord {
  return build({
    schema: app.npm.org.publishers.main,
    rkey: 'self',
    fields: { publishers: [...publishers], createdAt: now() },
  })
}

export function deprecation(org: string, name: string, version: string, message: string): UnplacedRecord {
  const fields = { package: packageUri(org, name), version, message, createdAt: now() }
  return build({ schema: app.npm.package.deprecation.main, rkey: versionKey(name, version), fields })
}

export function retirement(org: string, name: string, version: string, reason: string): UnplacedRecord {
  const fields = { package: packageUri(org, name), version, reason, createdAt: now() }
  return build({ schema: app.npm.package.retirement.main, rkey: versionKey(name, version), fields })
}

export function tagging(org: string, name: string, tag: string, version: string): UnplacedRecord {
  return buildTagRecord({ org, name, tag, version, createdAt: now() })
}

function build(parts: Parameters<typeof buildRecord>[0]): UnplacedRecord {
  return buildRecord(parts, (reason) => new Error(reason))
}

function now(): string {
  return new Date().toISOString()
}
