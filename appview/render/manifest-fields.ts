/**
 * Fields of a version that package managers act on when they resolve and install:
 * https://github.com/npm/registry/blob/main/docs/responses/package-metadata.md#abbreviated-version-object,
 * and those that came since (libc, acceptDependencies, funding).
 */
export const installFields = [
  'name',
  'version',
  'deprecated',
  'dependencies',
  'optionalDependencies',
  'devDependencies',
  'bundleDependencies',
  'bundledDependencies',
  'peerDependencies',
  'peerDependenciesMeta',
  'acceptDependencies',
  'bin',
  'directories',
  'engines',
  'os',
  'cpu',
  'libc',
  'funding',
  'hasInstallScript',
  '_hasShrinkwrap',
] as const

/** What people look at with `npm view`. npm always asks for the full form, so nothing heavy belongs here. */
export const describingFields = [
  'description',
  'keywords',
  'license',
  'author',
  'contributors',
  'homepage',
  'repository',
  'bugs',
  'type',
  'main',
  'exports',
  'types',
  'gitHead',
] as const

export type Manifest = Record<string, unknown>

/** The fields named, in their order, without those that are absent. */
export function pick(source: Manifest, fields: readonly string[]): Manifest {
  return Object.fromEntries(
    fields.filter((field) => source[field] !== undefined).map((field) => [field, source[field]]),
  )
}

/** Scripts that run when a package is installed. */
export const installScripts = ['preinstall', 'install', 'postinstall']

/**
 * What the public registry computes into `hasInstallScript`. Absent when there is none, as there.
 * @param hasBindingGyp npm runs `node-gyp rebuild` then, unless package.json says `"gypfile": false` (@npmcli/package-json,
 *   normalize.js)
 */
export function withInstallScript(manifest: Manifest, hasBindingGyp = false): Manifest {
  const { scripts, gypfile } = manifest
  const named = typeof scripts === 'object' && scripts !== null ? Object.keys(scripts) : []
  const compiles = gypfile === true || (hasBindingGyp && gypfile !== false)
  const has = manifest['hasInstallScript'] === true || compiles
  return has || installScripts.some((name) => named.includes(name)) ? { ...manifest, hasInstallScript: true } : manifest
}
