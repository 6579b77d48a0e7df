import type PackageJson from '@npmcli/package-json'

// What npm does to a package.json before it publishes it (`prepare` of @npmcli/package-json), as far as that needs no files.
const steps = [
  '_attributes',
  'bundledDependencies',
  'bundleDependencies',
  'bundleDependenciesDeleteFalse',
  'overrides',
  'scriptpath',
  'bin',
  'normalizeData',
]

interface Published {
  /** Bytes of the tarball's own package.json. */
  manifest: Uint8Array
  hasBindingGyp?: boolean | undefined
  readme: string | undefined
}

/** The metadata of a version as npm would send it, and the README that registries show. */
export async function manifestOf(
  { manifest: bytes, hasBindingGyp = false, readme }: Published,
  library: typeof PackageJson,
): Promise<Record<string, unknown>> {
  const own = JSON.parse(Buffer.from(bytes).toString('utf8')) as Record<string, unknown>
  const { content } = await new library().fromContent(own).normalize({ steps })
  const manifest = { ...content, ...(hasBindingGyp ? compiled(content) : {}) }
  return readme === undefined ? manifest : { ...manifest, readme }
}

/** npm's step `gypfile`, which looks for the file. */
function compiled({ scripts = {}, gypfile }: Record<string, unknown>): Record<string, unknown> {
  const named = scripts as Record<string, string>
  if (gypfile === false || named['install'] !== undefined || named['preinstall'] !== undefined) return {}
  return { scripts: { ...named, install: 'node-gyp rebuild' }, gypfile: true }
}
