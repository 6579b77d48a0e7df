import { installHooks } from './install-hooks.ts'
import { commandsOf, type PackageJson } from './package-json.ts'

export const dependencyKinds = [
  'dependencies',
  'optionalDependencies',
  'peerDependencies',
  'bundleDependencies',
  'devDependencies',
] as const
export type DependencyKind = (typeof dependencyKinds)[number]

/** One entry that was added (no `before`), removed (no `after`) or changed. */
export interface Change {
  name: string
  before: string | undefined
  after: string | undefined
}

export interface ScriptChange extends Change {
  /** The new one runs on every machine that installs the package from a registry. */
  runsOnInstall: boolean
}

/** How a package.json differs from the one before it. Lists are in the order of names. */
export interface ManifestChanges {
  dependencies: (Change & { kind: DependencyKind })[]
  scripts: ScriptChange[]
  /** Commands the package puts on the path. */
  commands: Change[]
  license: { before: string | undefined; after: string | undefined } | undefined
}

/** What somebody who approves a version, or a policy that judges it, asks of two package.json. Pure. */
export function compareManifests(before: PackageJson, after: PackageJson): ManifestChanges {
  return {
    dependencies: dependencyKinds.flatMap((kind) =>
      changesBetween(dependenciesOf(before, kind), dependenciesOf(after, kind)).map((change) => ({ kind, ...change })),
    ),
    scripts: changesBetween(entriesOf(before.scripts), entriesOf(after.scripts)).map((change) => ({
      ...change,
      runsOnInstall: change.after !== undefined && installHooks.includes(change.name),
    })),
    commands: changesBetween(commandsOf(before), commandsOf(after)),
    license: before.license === after.license ? undefined : { before: before.license, after: after.license },
  }
}

// Maps, not objects: a package may depend on one that is called "constructor".
type Entries = ReadonlyMap<string, string>

function changesBetween(before: Entries, after: Entries): Change[] {
  return [...new Set([...before.keys(), ...after.keys()])]
    .toSorted()
    .map((name) => ({ name, before: before.get(name), after: after.get(name) }))
    .filter((change) => change.before !== change.after)
}

function entriesOf(entries: Readonly<Record<string, string>> = {}): Entries {
  return new Map(Object.entries(entries))
}

function dependenciesOf(packageJson: PackageJson, kind: DependencyKind): Entries {
  if (kind !== 'bundleDependencies') return entriesOf(packageJson[kind])
  return new Map(bundledNames(packageJson).map((name) => [name, 'bundled']))
}

/** `true` bundles every dependency; npm reads the other spelling, too. */
function bundledNames(packageJson: PackageJson): readonly string[] {
  const bundled = packageJson.bundleDependencies ?? packageJson.bundledDependencies ?? false
  if (typeof bundled !== 'boolean') return bundled
  return bundled ? Object.keys(packageJson.dependencies ?? {}) : []
}
