import semver from 'semver'
import { versionKey } from '#common/names/index.ts'
import { approvalOf, attestationOf, recordsForVersions } from '#common/operations/index.ts'
import { type BuiltRecord, recordUri, type UnplacedRecord } from '#common/records/index.ts'
import { buildTagRecord } from '#common/tarball/index.ts'
import { app } from '#lexicons'
import type { ImportedPackage, ImportedVersion, ImportList } from './import-list.ts'

/** Where the import's tags and deprecations are written, and when: they carry the time of the import. */
export interface ImportPlace {
  /** DID of the organisation. */
  org: string
  /** Of the operation, RFC 3339. */
  createdAt: string
}

/** A version of the list, as its record will stand in the organisation's repository. */
export function importedVersionRef(
  org: string,
  { name }: Pick<ImportedPackage, 'name'>,
  { version, record }: Pick<ImportedVersion, 'version' | 'record'>,
): Pick<BuiltRecord, 'uri' | 'cid'> {
  const uri = recordUri(org, app.npm.package.version.main.$type, versionKey(name, version))
  return { uri, cid: record }
}

/** What is written of a package beside its versions: its tags and deprecations. Pure. */
export function buildImportedMetadata(
  { org, createdAt }: ImportPlace,
  { name, tags, deprecations }: ImportedPackage,
): BuiltRecord[] {
  const schema = app.npm.package.deprecation.main
  return [
    ...tags.map(({ tag, version }) => buildTagRecord({ org, name, tag, version, createdAt })),
    ...deprecations.flatMap(({ version, message }) =>
      recordsForVersions(org, { name, versions: [version] }, { schema, fields: { message, createdAt } }),
    ),
  ]
}

/**
 * Everything a person leaves in their repository for an import: an attestation of each version, and an approval of whatever is
 * said beside.
 * @param now RFC 3339, when they do so
 */
export function* importWitnesses(place: ImportPlace, list: ImportList, now: string): Generator<UnplacedRecord> {
  const { org } = place
  for (const imported of list.packages) {
    const { name } = imported
    for (const one of imported.versions) {
      const { version, integrity } = one
      const write = importedVersionRef(org, imported, one)
      yield attestationOf({ org, write, name, version, integrity, method: 'import', createdAt: now })
    }
    for (const write of buildImportedMetadata(place, imported)) yield approvalOf({ org, write, createdAt: now })
  }
}

/** The version that says what the package is about: the one tagged latest, else the newest release, else the newest. */
export function describingVersion({ versions, tags }: ImportedPackage): string | undefined {
  const latest = tags.find(({ tag }) => tag === 'latest')?.version
  if (versions.some(({ version }) => version === latest)) return latest
  const release = versions.findLast(({ version }) => semver.prerelease(version) === null)
  return (release ?? versions.at(-1))?.version
}
