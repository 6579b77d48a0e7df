import npa from 'npm-package-arg'
import { dependencyKinds, type PackageJson } from '#common/tarball/index.ts'

/** What a package.json says of another package, in any field a package manager reads. */
export interface Dependency {
  /** The field: `dependencies`, `overrides`. */
  kind: string
  /** As the field names it. */
  name: string
  /** As it stands there; undefined where the field only lists names. */
  spec: string | undefined
  target: Target
}

export type Target =
  | { from: 'registry'; name: string; range: string }
  /** Its bytes are not in any registry. @property host undefined when it has none that can be read */
  | { from: 'url'; url: string; host: string | undefined }
  /** Only there where the package was built: `file:`, `workspace:`, `link:`, `catalog:`. */
  | { from: 'machine' }
  | { from: 'unknown' }

const objectFields = [...dependencyKinds, 'bundledDependencies', 'peerDependenciesMeta', 'dependenciesMeta']
const maxDepth = 20

/** What of a package.json `dependenciesOf` reads, and whose it is: all that has to be passed on of one. Pure. */
export function dependencyFieldsOf(packageJson: PackageJson): PackageJson {
  const fields = ['name', 'version', ...objectFields, 'overrides', 'resolutions', 'pnpm']
  const kept = fields.filter((field) => packageJson[field] !== undefined)
  return Object.fromEntries(kept.map((field) => [field, packageJson[field]])) as PackageJson
}

/** All of them, in the order of fields. Pure. */
export function dependenciesOf(packageJson: PackageJson): Dependency[] {
  const pnpm = packageJson['pnpm']
  return [
    ...objectFields.flatMap((kind) => [...entriesOf(kind, packageJson[kind], 0)]),
    ...entriesOf('overrides', packageJson['overrides'], 0),
    ...entriesOf('resolutions', packageJson['resolutions'], 0),
    ...(isObject(pnpm) ? [...entriesOf('pnpm.overrides', pnpm['overrides'], 0)] : []),
  ]
}

function* entriesOf(kind: string, value: unknown, depth: number): Generator<Dependency> {
  if (Array.isArray(value)) {
    for (const name of value) if (typeof name === 'string') yield named(kind, name)
    return
  }
  if (!isObject(value) || depth > maxDepth) return
  for (const [key, said] of Object.entries(value)) {
    if (key === '.') continue
    for (const name of namesIn(key)) {
      yield typeof said === 'string' ? { kind, name, spec: said, target: targetOf(name, said) } : named(kind, name)
    }
    // npm's overrides nest: what is inside holds below the package named by the key. Settings of one are no packages.
    if (!kind.endsWith('Meta')) yield* entriesOf(kind, said, depth + 1)
  }
}

function named(kind: string, name: string): Dependency {
  return { kind, name, spec: undefined, target: { from: 'registry', name, range: '*' } }
}

// Keys of overrides are paths: `a@1`, `a>b` for pnpm, `@x/a/b` with stars between for yarn.
function namesIn(key: string): string[] {
  const found = key.match(/(?<![\w.@-])(?:@[\w.~-]+\/)?[a-z0-9_~][\w.~-]*/gi) ?? []
  return found.filter((name) => !/^\d/.test(name) || name === key)
}

function targetOf(name: string, spec: string): Target {
  if (spec.startsWith('$')) return { from: 'registry', name: spec.slice(1), range: '*' }
  if (/^(?:workspace|link|portal|catalog|file):/.test(spec)) return { from: 'machine' }
  const scp = /^[\w.-]+@([\w.-]+):(?!\/\/)/.exec(spec)
  if (scp !== null) return { from: 'url', url: spec, host: scp[1] }
  try {
    return targetOfParsed(name, npa.resolve(name, spec))
  } catch {
    return { from: 'unknown' }
  }
}

function targetOfParsed(name: string, parsed: npa.Result): Target {
  if (parsed.type === 'alias') {
    const { subSpec } = parsed as npa.AliasResult
    return { from: 'registry', name: subSpec.name ?? name, range: subSpec.fetchSpec ?? '*' }
  }
  if (parsed.type === 'git' || parsed.type === 'remote') {
    const url = parsed.saveSpec ?? parsed.rawSpec
    const { domain } = (parsed.hosted ?? {}) as { domain?: string }
    return { from: 'url', url, host: domain ?? hostOf(url) }
  }
  if (parsed.type === 'file' || parsed.type === 'directory') return { from: 'machine' }
  return { from: 'registry', name, range: parsed.fetchSpec ?? '*' }
}

function hostOf(url: string): string | undefined {
  try {
    return new URL(url).hostname || undefined
  } catch {
    return undefined
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
