import semver from 'semver'
import type { Manifest } from '../render/manifest-fields.ts'

/**
 * Tags of versions that are not allowed move back, to the newest allowed one that is no newer than what they named: a release if they
 * named one, and one that is not deprecated if there is one. Only `latest`, without which npm installs nothing, may move forward.
 * @param allowed version → manifest
 */
export function moveTags(
  tags: Readonly<Record<string, unknown>>,
  allowed: Readonly<Record<string, Manifest>>,
): Record<string, string> {
  const versions = Object.keys(allowed)
  const releases = versions.filter(isRelease)
  const moved = Object.entries(tags).flatMap(([tag, named]): [string, string][] => {
    if (typeof named !== 'string') return []
    if (Object.hasOwn(allowed, named)) return [[tag, named]]
    const candidates = isRelease(named) ? releases : versions
    const older = candidates.filter((version) => semver.lte(version, named))
    const forward = tag === 'latest' ? (newestOf(releases, allowed) ?? newestOf(versions, allowed)) : undefined
    const target = newestOf(older, allowed) ?? forward
    return target === undefined ? [] : [[tag, target]]
  })
  return Object.fromEntries(moved)
}

function isRelease(version: string): boolean {
  return semver.prerelease(version) === null
}

function newestOf(versions: readonly string[], allowed: Readonly<Record<string, Manifest>>): string | undefined {
  const current = versions.filter((version) => allowed[version]?.['deprecated'] === undefined)
  return (current.length > 0 ? current : versions).toSorted(semver.rcompare)[0]
}
