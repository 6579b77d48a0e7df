import { packageKey, parseVersion, versionKey } from '#common/names/index.ts'
import { type BuiltRecord, buildRecord, placeRecord, type RecordParts } from '#common/records/index.ts'
import { packageUri } from '#common/tarball/index.ts'
import { checkName } from './check-package.ts'
import { refuseOperation } from './operation-kind.ts'

/** Several versions of one package, of which the same is said at once. */
export interface VersionList {
  /** The package. */
  name: string
  /** At least one, none twice. */
  versions: readonly string[]
}

/** What an organisation's repository takes in one commit (the sync protocol's limit). */
export const maxVersionsAtOnce = 200

/** @throws InvalidName, InvalidVersion, InvalidOperation */
export function checkVersionList({ name, versions }: VersionList): void {
  checkName(name)
  for (const version of versions) parseVersion(version)
  if (new Set(versions).size !== versions.length) throw refuseOperation('it names a version twice')
}

/** A record for each version, with the same fields and an rkey of its own. */
export function recordsForVersions(
  org: string,
  { name, versions }: VersionList,
  { schema, fields }: Pick<RecordParts, 'schema' | 'fields'>,
): [BuiltRecord, ...BuiltRecord[]] {
  const [first, ...others] = versions.map((version) => {
    const all = { package: packageUri(org, name), version, ...fields }
    return placeRecord(org, buildRecord({ schema, rkey: versionKey(name, version), fields: all }, refuseOperation))
  })
  if (first === undefined) throw refuseOperation(`it names no version of ${packageKey(name)}`)
  return [first, ...others]
}

/** "@acme.test/hello 1.0.0, 1.1.0" */
export function describeVersions({ name, versions }: VersionList): string {
  return `${name} ${versions.length > 5 ? `(${versions.length} versions)` : versions.join(', ')}`
}
