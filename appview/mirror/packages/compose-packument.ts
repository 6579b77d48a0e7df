import { getBlobCidString, getBlobSize } from '@atproto/lex-data'
import semver from 'semver'
import { packageKey, tarballFile } from '#common/names/index.ts'
import { recordUri } from '#common/records/index.ts'
import { app } from '#lexicons'
import { type Manifest, pick, withInstallScript } from '../../render/manifest-fields.ts'
import { normaliseManifest } from '../../render/normalise-manifest.ts'
import { keptFields, type TrimmedPackument, type UpstreamFile } from '../../upstream/trim-packument.ts'
import { writeBlobAddress } from './blob-address.ts'
import type { PublicRecords, PublicVersion } from './read-records.ts'

/** What is known of a public package beside its records. */
export interface PublicSetting {
  /** Its organisation, as people call it: a handle that was verified, or the DID. */
  publisher: string
  /** rkey of a version → who stands for it, where it is somebody else. */
  attesters: ReadonlyMap<string, { did: string; name: string }>
  /** rkey of a version → when it was first seen here. */
  firstSeen: ReadonlyMap<string, Date>
  /** Version → predicate type of its provenance, where that verifies. */
  attested: ReadonlyMap<string, string>
  gatewayUrl: string
  /** The gateway hands out where versions were built, so clients are told to ask. */
  tellsProvenance?: boolean | undefined
}

/** A public package in the form in which packages from outside are kept, judged and shown. @returns undefined without versions */
export function composePackument(records: PublicRecords, setting: PublicSetting): TrimmedPackument | undefined {
  const versions = records.versions.toSorted((a, b) => semver.compare(a.value.version, b.value.version))
  if (versions.length === 0) return undefined
  const documents = versions.map((one) => [one.value.version, documentOf(one, records, setting)] as const)
  const { name, about } = records
  const latest = documents.findLast(([version]) => semver.prerelease(version) === null) ?? documents.at(-1)
  return {
    files: versions.map((one) => fileOf(one, records.did)),
    full: {
      _id: name,
      name,
      ...pick({ ...latest?.[1], ...about }, ['description', 'keywords', 'license', 'homepage']),
      'dist-tags': tagsOf(records.tags, documents, latest?.[0]),
      versions: Object.fromEntries(documents),
      time: timesOf(versions, setting.firstSeen),
    },
  }
}

function documentOf(one: PublicVersion, records: PublicRecords, setting: PublicSetting): Manifest {
  const { value, rkey, cid } = one
  const { did, name } = records
  const { manifest: bytes, version, hasBindingGyp = false, integrity, shasum, fileCount, unpackedSize } = value
  const manifest = withInstallScript(normaliseManifest(bytes), hasBindingGyp)
  const deprecated = records.deprecations.get(version)
  const publisher = setting.attesters.get(rkey) ?? { did, name: setting.publisher }
  return pick(
    {
      ...manifest,
      ...(hasBindingGyp && manifest['gypfile'] !== false ? { gypfile: true } : {}),
      ...(deprecated === undefined ? {} : { deprecated: deprecated === '' ? undefined : deprecated }),
      // npm prints an address beside the name, and nobody's is known: the DID says for certain who it is.
      _npmUser: { name: publisher.name, email: publisher.did },
      dist: {
        // By DID, so that every stock lockfile pins the publisher (DESIGN §3).
        tarball: `${setting.gatewayUrl}/${did}/${name}/-/${tarballFile(name, version)}`,
        ...{ integrity, shasum, fileCount, unpackedSize },
        ...provenanceOf(value, setting),
        ...sbomOf(value, setting),
        atproto: { did, uri: recordUri(did, app.npm.package.version.$nsid, `${packageKey(name)}:${version}`), cid },
      },
    },
    keptFields,
  )
}

/** As npm's registry says where to ask (pacote, registry.js): of what was read and verifies, or of what is passed on unread. */
function provenanceOf(
  { name, version, provenance }: PublicVersion['value'],
  { gatewayUrl, attested, tellsProvenance = false }: PublicSetting,
): Manifest {
  const predicateType = attested.get(version)
  if (predicateType === undefined && (!tellsProvenance || provenance === undefined)) return {}
  const url = `${gatewayUrl}/-/npm/v1/attestations/${name.replace('/', '%2f')}@${version}`
  return { attestations: { url, ...(predicateType === undefined ? {} : { provenance: { predicateType } }) } }
}

function fileOf({ value: { name, version, tarball, integrity, shasum } }: PublicVersion, did: string): UpstreamFile {
  const url = writeBlobAddress({ did, cid: getBlobCidString(tarball), size: getBlobSize(tarball) ?? 0 })
  return { file: tarballFile(name, version), version, url, integrity, shasum }
}

/** Who hands out where versions were built hands out what they are made of, too; who does not know the field passes it over. */
function sbomOf({ name, version }: PublicVersion['value'], { gatewayUrl, tellsProvenance }: PublicSetting): Manifest {
  if (tellsProvenance !== true) return {}
  return { sbom: { url: `${gatewayUrl}/-/sbom/${name.replace('/', '%2f')}@${version}` } }
}

function tagsOf(
  tags: ReadonlyMap<string, string>,
  documents: readonly (readonly [string, Manifest])[],
  newest: string | undefined,
): Record<string, unknown> {
  const known = new Set(documents.map(([version]) => version))
  const valid = [...tags].filter(([, version]) => known.has(version))
  return { ...(newest === undefined ? {} : { latest: newest }), ...Object.fromEntries(valid) }
}

/** Ours, not the publisher's: whoever writes a record writes any date into it. */
function timesOf(versions: readonly PublicVersion[], firstSeen: ReadonlyMap<string, Date>): Manifest {
  const times = versions
    .map(({ rkey, value }) => [value.version, firstSeen.get(rkey)?.toISOString()] as const)
    .toSorted(([, a = ''], [, b = '']) => a.localeCompare(b))
  return { created: times[0]?.[1], modified: times.at(-1)?.[1], ...Object.fromEntries(times) }
}
