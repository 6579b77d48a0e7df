import semver from 'semver'
import { AtollError } from '#common/errors/index.ts'

const maxLength = 256

/**
 * @returns the version, unchanged: anything that semver would first have to normalise is refused
 * @throws InvalidVersion
 */
export function parseVersion(raw: string): string {
  const parsed = raw.length > maxLength ? null : semver.parse(raw)
  if (parsed === null) throw new AtollError('InvalidVersion', { version: raw.slice(0, maxLength) })
  if (parsed.build.length > 0) {
    // 1.0.0+a and 1.0.0+b are the same version to semver, so they would be two records of one version.
    throw new AtollError('InvalidVersion', { version: raw, reason: 'build metadata ("+…") is not allowed' })
  }
  if (parsed.version !== raw) {
    throw new AtollError('InvalidVersion', { version: raw, reason: `write it as ${parsed.version}` })
  }
  return raw
}
