import type { ImportList } from '#common/imports/index.ts'
import type { SourceVersion } from '../sources/source.ts'
import type { ReadVersion } from './read-version.ts'

/** What an import would bring, and what not; nothing was written yet. */
export interface ImportPlan {
  source: string
  packages: PlannedPackage[]
}

export interface PlannedPackage {
  name: string
  /** Why nothing of it can be imported. */
  refused?: string | undefined
  versions: PlannedVersion[]
  /** Versions that are here already, with the same bytes. */
  present: string[]
  refusals: Refusal[]
  /** Those to set. */
  tags: { tag: string; version: string }[]
  /** Those that stay where they are, because a version that was published here has them. */
  keptTags: string[]
  deprecations: { version: string; message: string }[]
}

export interface PlannedVersion extends ReadVersion {
  version: string
  /** As its source describes it. */
  source: SourceVersion
}

/** A version that is not imported; it does not stop the others. */
export interface Refusal {
  version: string
  reason: string
  /** It may go better next time: the source did not answer. */
  temporary: boolean
}

/** What there is to approve of it. @returns undefined when there is nothing */
export function listOf({ packages }: ImportPlan): ImportList | undefined {
  const listed = packages
    .map(({ name, versions, tags, deprecations }) => ({
      name,
      versions: versions.map(({ version, record, integrity, size, createdAt }) => ({
        version,
        record,
        integrity,
        size,
        createdAt: createdAt as ImportList['packages'][number]['versions'][number]['createdAt'],
      })),
      tags,
      deprecations,
    }))
    .filter(({ versions, tags, deprecations }) => versions.length + tags.length + deprecations.length > 0)
  return listed.length === 0 ? undefined : { packages: listed }
}
