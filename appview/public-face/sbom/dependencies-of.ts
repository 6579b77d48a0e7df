import npa from 'npm-package-arg'
import semver from 'semver'
import type { PackageJson } from '#common/tarball/index.ts'

/** A direct dependency, as package.json has it. */
export interface Dependency {
  kind: 'dependencies' | 'optionalDependencies' | 'peerDependencies' | 'devDependencies'
  /** Of the package that is meant: aliases are undone. */
  name: string
  /** As it is written. */
  range: string
  /** When exactly one version will do. */
  version: string | undefined
  scope: 'required' | 'optional' | 'excluded'
  /** The tarball has a copy in it. */
  bundled: boolean
}

const kinds = ['dependencies', 'optionalDependencies', 'peerDependencies', 'devDependencies'] as const

/** Direct dependencies of all kinds. Pure. */
export function dependenciesOf(manifest: PackageJson): Dependency[] {
  const optionals = manifest.optionalDependencies ?? {}
  return kinds.flatMap((kind) =>
    Object.entries(manifest[kind] ?? {})
      // npm writes what is optional into both, and then it is optional.
      .filter(([name]) => kind !== 'dependencies' || !Object.hasOwn(optionals, name))
      .map(([key, range]) => ({
        ...{ kind, range, scope: scopeOf(manifest, kind, key) },
        ...meantBy(key, range),
        bundled: kind !== 'devDependencies' && isBundled(manifest, key),
      })),
  )
}

function scopeOf(manifest: PackageJson, kind: Dependency['kind'], name: string): Dependency['scope'] {
  if (kind === 'devDependencies') return 'excluded'
  if (kind === 'optionalDependencies') return 'optional'
  return kind === 'peerDependencies' && isOptionalPeer(manifest, name) ? 'optional' : 'required'
}

function isOptionalPeer({ peerDependenciesMeta: meta }: PackageJson, name: string): boolean {
  const said = isMap(meta) && Object.hasOwn(meta, name) ? meta[name] : undefined
  return isMap(said) && said['optional'] === true
}

function isBundled({ bundleDependencies, bundledDependencies }: PackageJson, name: string): boolean {
  const bundled = bundleDependencies ?? bundledDependencies
  return bundled === true || (Array.isArray(bundled) && bundled.includes(name))
}

function meantBy(key: string, range: string): Pick<Dependency, 'name' | 'version'> {
  try {
    const parsed = npa.resolve(key, range)
    const meant = parsed.type === 'alias' ? (parsed as npa.AliasResult).subSpec : parsed
    // `=1.2.3` and `v1.2.3` are exact, too.
    const version = meant.type === 'version' ? semver.valid(meant.fetchSpec, { loose: true }) : null
    return { name: meant.name ?? key, version: version ?? undefined }
  } catch {
    return { name: key, version: undefined }
  }
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
