import semver from 'semver'
import type { PackageJson } from '#common/tarball/index.ts'
import { maxClosure } from '../limits.ts'
import type { BoxNames } from './box-names.ts'
import { dependenciesOf } from './dependencies-of.ts'
import { isPrivateName, parse } from './is-private-name.ts'

/** A package that has to become public, too, or be given up. */
export interface ClosureMember {
  name: string
  /** What would be promoted: the newest that the first to ask for it accepts; undefined when the box has none. */
  version: string | undefined
  /** How it is reached, from the package that is promoted: names, with the field after each but the first. */
  path: readonly { name: string; kind?: string }[]
}

/**
 * The private packages that versions depend on, over any number of private ones between, nearest first. Offered for
 * promotion together. Pure; bounded, and a circle ends it.
 */
export function privateClosure(roots: readonly PackageJson[], names: BoxNames): ClosureMember[] {
  const found = new Map<string, ClosureMember>()
  const queue = roots.map((packageJson) => ({
    packageJson,
    path: [{ name: packageJson.name }] as ClosureMember['path'],
  }))
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    for (const { name, kind, range } of privateDependenciesOf(next.packageJson, names)) {
      if (found.has(name) || found.size >= maxClosure) continue
      const chosen = choose(name, range, names)
      const path = [...next.path, { name, kind }]
      found.set(name, { name, version: chosen?.version, path })
      if (chosen !== undefined) queue.push({ packageJson: chosen.packageJson, path })
    }
  }
  return [...found.values()]
}

/** By the name the registry knows, and by the one the package is called here, when an alias hides one of them. */
function privateDependenciesOf(packageJson: PackageJson, names: BoxNames) {
  return dependenciesOf(packageJson).flatMap(({ kind, name, target }) => {
    const wanted = target.from === 'registry' ? [{ name: target.name, range: target.range }] : []
    const called = wanted.some((one) => one.name === name) ? [] : [{ name, range: '*' }]
    return [...wanted, ...called]
      .filter((one) => isPrivateName(one.name, names))
      .map((one) => ({ ...one, name: parse(one.name)?.name ?? one.name, kind }))
  })
}

function choose(name: string, range: string, { packages }: BoxNames) {
  const versions = packages.get(name)?.versions ?? []
  const all = versions.map(({ version }) => version)
  const wanted = semver.maxSatisfying(all, range) ?? semver.maxSatisfying(all, '*') ?? semver.rsort([...all])[0]
  return versions.find(({ version }) => version === wanted)
}
