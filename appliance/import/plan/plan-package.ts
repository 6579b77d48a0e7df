import semver from 'semver'
import type { SourcePackage, SourceVersion } from '../sources/source.ts'
import type { PlannedPackage, PlannedVersion, Refusal } from './plan.ts'

const maxMessageBytes = 2_048

export interface VersionDigests {
  /** SRI, sha512-… */
  integrity: string
  /** SHA-1, hex. */
  shasum: string
}

/** What an organisation's repository has of a package. */
export interface PackageState {
  versions: ReadonlyMap<string, VersionDigests>
  tags: ReadonlyMap<string, string>
  /** version → message; empty where one was taken back */
  deprecations: ReadonlyMap<string, string>
}

/**
 * Puts together what is to be imported of a package. Pure.
 * @param read every version of the source that is not here already, read or refused
 */
export function planPackage(
  source: SourcePackage,
  state: PackageState,
  read: { versions: readonly PlannedVersion[]; refusals: readonly Refusal[] },
): PlannedPackage {
  const versions = read.versions.toSorted((a, b) => semver.compare(a.version, b.version))
  const there = source.versions.filter(({ version }) => state.versions.has(version))
  const present = there.filter((version) => isSame(version, state)).map(({ version }) => version)
  const taken = there.filter((version) => !isSame(version, state)).map(takenBy)
  const arriving = new Set([...versions.map(({ version }) => version), ...present])
  const { tags, keptTags } = planTags(source, state, arriving)
  // What was said here stands, also that a version is not deprecated any more.
  const deprecations = source.versions.flatMap(({ version, deprecated }) =>
    deprecated !== undefined && arriving.has(version) && !state.deprecations.has(version)
      ? [{ version, message: cut(deprecated) }]
      : [],
  )
  return { name: source.name, versions, present, refusals: [...read.refusals, ...taken], tags, keptTags, deprecations }
}

/** As long as a record takes, in bytes. */
function cut(message: string): string {
  const bytes = Buffer.from(message)
  if (bytes.length <= maxMessageBytes) return message
  return `${new TextDecoder().decode(bytes.subarray(0, maxMessageBytes - 6)).replace(/\ufffd+$/, '')}…`
}

/** Whether the bytes that are here are the source's, as far as it says. */
function isSame({ version, integrity, shasum }: SourceVersion, { versions }: PackageState): boolean {
  const here = versions.get(version)
  const sha512 = integrity?.split(/\s+/).find((hash) => hash.startsWith('sha512-'))
  return (shasum === undefined || shasum === here?.shasum) && (sha512 === undefined || sha512 === here?.integrity)
}

function takenBy({ version }: SourceVersion): Refusal {
  return {
    version,
    reason: 'this version is here already with other contents, and versions never change',
    temporary: false,
  }
}

/** Tags follow their source until somebody moves them here, to a version that the source never had. */
function planTags({ tags, versions }: SourcePackage, state: PackageState, arriving: ReadonlySet<string>) {
  const known = new Set(versions.map(({ version }) => version))
  const wanted = [...tags].filter(([tag, version]) => arriving.has(version) && state.tags.get(tag) !== version)
  const isKept = ([tag]: [string, string]) => {
    const here = state.tags.get(tag)
    return here !== undefined && !known.has(here)
  }
  return {
    tags: wanted.filter((tag) => !isKept(tag)).map(([tag, version]) => ({ tag, version })),
    keptTags: wanted.filter(isKept).map(([tag]) => tag),
  }
}
