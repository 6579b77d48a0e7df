import semver from 'semver'
import { AtollError } from '#common/errors/index.ts'
import type { BuiltRecord } from '#common/records/index.ts'
import {
  compareManifests,
  type InspectedTarball,
  type ManifestChanges,
  parsePackageJson,
} from '#common/tarball/index.ts'
import type { Witness } from '../../attest/index.ts'
import type { Base, BaseVersion } from './find-base.ts'

/** What is different from the last version, or why that cannot be said. */
export type Comparison = Exclude<Base, BaseVersion> | VersionChanges

export interface VersionChanges {
  kind: 'changes'
  /** The version compared with. */
  version: string
  /** When it was published, as its record says. */
  publishedAt: Date
  /** Who attested it; undefined when nobody did so here. */
  publisher: Witness | undefined
  manifest: ManifestChanges
  /** This version is compiled where it is installed. Of the last one nobody knows: its record does not list its files. */
  hasNativeBuild: boolean
  /** The last version says where it was built, this one does not. */
  losesProvenance: boolean
  /** The newer version that the tag names now, if this publish takes it back to an older one. */
  takesTagBackFrom: string | undefined
}

export interface NewVersion {
  write: Pick<BuiltRecord, 'record'>
  tarball: Pick<InspectedTarball, 'packageJson' | 'hasBindingGyp'>
}

/** Pure. @param publisher who attested the base, where there is one */
export function compareWithBase(
  base: Base,
  publisher: Witness | undefined,
  { write, tarball }: NewVersion,
): Comparison {
  if (base.kind !== 'version') return base
  const { record, tagged } = base
  const before = packageJsonOf(base)
  if (before === undefined) return { kind: 'unproven' }
  const { packageJson, hasBindingGyp } = tarball
  return {
    kind: 'changes',
    version: record.version,
    publishedAt: new Date(record.createdAt),
    publisher,
    manifest: compareManifests(before, packageJson),
    hasNativeBuild: hasBindingGyp,
    losesProvenance: record.provenance !== undefined && write.record['provenance'] === undefined,
    takesTagBackFrom: tagged !== undefined && isNewer(tagged, packageJson.version) ? tagged : undefined,
  }
}

/** @returns undefined when no honest publish can have written it */
function packageJsonOf({ record }: BaseVersion) {
  try {
    return parsePackageJson(record.manifest)
  } catch (error) {
    if (error instanceof AtollError) return undefined
    throw error
  }
}

function isNewer(version: string, than: string): boolean {
  return semver.valid(version) !== null && semver.gt(version, than)
}
