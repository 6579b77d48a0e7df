import { parseClaimableName, parsePackageKey, parseVersionKey } from '#common/names/index.ts'

/** @returns undefined when an rkey is not the key of a package. */
export function nameOfPackageKey(rkey: string): string | undefined {
  return attempt(() => parsePackageKey(rkey).name)
}

/** @returns undefined when an rkey is not the key of a version. */
export function versionOfKey(rkey: string): { name: string; version: string } | undefined {
  return attempt(() => {
    const { name, version } = parseVersionKey(rkey)
    return { name: name.name, version }
  })
}

/**
 * The package that the key of a version, or of a dist-tag, belongs to.
 * @returns undefined when an rkey is neither
 */
export function packageOfKey(rkey: string): string | undefined {
  return nameOfPackageKey(rkey.slice(0, Math.max(rkey.lastIndexOf(':'), 0)))
}

/** The dist-tag in the key of one. */
export function tagOfKey(rkey: string): string {
  return rkey.slice(rkey.lastIndexOf(':') + 1)
}

/** @returns the rkey of a claim or grant of this name; undefined when it is not a name as it has to be written */
export function claimKeyOf(name: string): string | undefined {
  return attempt(() => {
    const parsed = parseClaimableName(name)
    return parsed.name === name ? parsed.key : undefined
  })
}

// Whatever somebody wrote into a repository may be malformed: that is no error of ours.
function attempt<Value>(parse: () => Value | undefined): Value | undefined {
  try {
    return parse()
  } catch {
    return undefined
  }
}
