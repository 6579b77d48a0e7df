import { defineCheck } from '../check.ts'
import { type Dependency, dependenciesOf } from '../closure/dependencies-of.ts'
import { isPrivateName } from '../closure/is-private-name.ts'
import { type ClosureMember, privateClosure } from '../closure/private-closure.ts'
import { internalHostsOf } from '../reading/internal-hosts.ts'

const codes = {
  'private-dependency': {
    severity: 'error',
    finds: 'a private package in any field of dependencies, behind an alias, or needed by one; the path to it is said',
  },
  'private-bundled': { severity: 'error', finds: 'a private package inside the tarball, below `node_modules`' },
  'dependency-on-this-machine': { severity: 'error', finds: '`file:`, `link:`, `workspace:`, `catalog:` and the like' },
  'dependency-inside': { severity: 'error', finds: 'a dependency by Git or URL from a host of the inside' },
  'dependency-by-url': { severity: 'warning', finds: 'a dependency by Git or URL from any other host' },
  'dependency-unreadable': { severity: 'warning', finds: 'a dependency no package manager of today understands' },
} as const

/** Whoever installs it outside finds everything it names, and learns no name that is not public. */
export const dependencies = defineCheck({
  name: 'dependencies',
  codes,
  look({ names, settings }, say) {
    const isInternal = internalHostsOf(settings)
    return {
      tarball({ version }, { packageJson }) {
        const place = { version, file: 'package.json' }
        for (const member of privateClosure([packageJson], names)) {
          say('private-dependency', place, describe(member), remedyFor(member))
        }
        for (const one of dependenciesOf(packageJson))
          sayWhereFrom(one, isInternal, (...said) => say(said[0], place, said[1], said[2]))
      },
      file({ version }, { path }) {
        const name = /(?:^|\/)node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*node_modules\/)/.exec(path)?.[1]
        if (name === undefined || !isPrivateName(name, names)) return
        const message = `It carries the private package ${name} in its tarball`
        const change = 'Take it out of "bundleDependencies", or promote it first; then publish a new version'
        // One finding for the package, not one for each of its files.
        say(
          'private-bundled',
          { version, file: path.slice(0, path.lastIndexOf(`/${name}/`) + name.length + 1) },
          message,
          change,
        )
      },
    }
  },
})

function describe({ path, version }: ClosureMember): string {
  const way = path.map(({ name, kind }) => (kind === undefined ? name : `${name} (${kind})`)).join(' → ')
  return `It needs a private package: ${way}${version === undefined ? ', of which there is no version here' : ''}`
}

function remedyFor({ name, version }: ClosureMember): string {
  const give = `take it out of package.json and publish a new version`
  return version === undefined
    ? `Nobody can find ${name}: ${give}`
    : `Promote ${name}@${version} together with it, or ${give}`
}

type SayHere = (code: keyof typeof codes, message: string, remedy: string) => void

function sayWhereFrom(
  { kind, name, spec, target }: Dependency,
  isInternal: (host: string) => boolean,
  say: SayHere,
): void {
  const what = `${name} in "${kind}" is ${JSON.stringify(spec)}`
  const byVersion = `Publish ${name} to a registry, name it by version, and publish a new version of this package`
  if (target.from === 'machine') {
    say('dependency-on-this-machine', `${what}, which is only there where it was built`, byVersion)
  } else if (target.from === 'unknown') {
    say('dependency-unreadable', `${what}, which npm does not understand`, 'Name a version, and publish a new version')
  } else if (target.from === 'url' && target.host !== undefined && isInternal(target.host)) {
    say('dependency-inside', `${what}, on a host nobody outside reaches`, byVersion)
  } else if (target.from === 'url') {
    const orWaive = `${byVersion}; or waive this when everybody may read ${target.host ?? 'that place'}`
    say('dependency-by-url', `${what}, which is no version of a registry`, orWaive)
  }
}
