import semver from 'semver'

/**
 * `dist-tags` as clients may see them: tags of versions that are not allowed disappear, but `latest`, without which npm
 * installs nothing, moves to the newest allowed version, a release if there is one.
 * @param tags tag → version, as the organisation set them
 * @param allowed at least one version
 */
export function chooseTags(tags: ReadonlyMap<string, string>, allowed: readonly string[]): Record<string, string> {
  const shown = new Map([...tags].filter(([, version]) => allowed.includes(version)))
  if (!shown.has('latest')) {
    const releases = allowed.filter((version) => semver.prerelease(version) === null)
    const newest = (releases.length > 0 ? releases : allowed).toSorted(semver.rcompare)[0]
    if (newest !== undefined) shown.set('latest', newest)
  }
  return Object.fromEntries(shown)
}
