import type { WaivableCheck } from '#common/policy/index.ts'
import { installScripts, type Manifest } from '../../render/manifest-fields.ts'

/** Something a version can do, or lacks, that may be new in it. */
export interface Capability {
  check: WaivableCheck
  /** For people. */
  what: string
  /** Equal in two versions that have the same. */
  key: string
}

/** What is known of a version beside its manifest. */
export interface Origin {
  /** There is a `binding.gyp` in it. */
  hasBindingGyp: boolean
  /** Whoever published it, in words that are the same each time; undefined when nobody is named. */
  publisher: { id: string; name: string } | undefined
  /** It has provenance that is not known to be wrong. */
  hasProvenance: boolean
}

export function capabilitiesOf(manifest: Manifest, { hasBindingGyp, publisher, hasProvenance }: Origin): Capability[] {
  const scripts = installScriptsOf(manifest, hasBindingGyp)
  return [
    ...scripts.map(([name, text]) => capability('install-scripts', name, `${name}=${text}`)),
    ...(compiles(manifest, scripts, hasBindingGyp) ? [capability('native-build', 'binding.gyp')] : []),
    ...binariesOf(manifest).map((name) => capability('binaries', name)),
    ...dependenciesOf(manifest).map((name) => capability('dependencies', name)),
    ...(publisher === undefined ? [] : [capability('new-publisher', publisher.name, publisher.id)]),
    ...(hasProvenance ? [] : [capability('lost-provenance', 'provenance')]),
  ]
}

function capability(check: WaivableCheck, what: string, detail = what): Capability {
  return { check, what, key: `${check} ${detail}` }
}

/** Of a script that is there but not told (abbreviated metadata says `hasInstallScript` only). */
export const untoldScript = 'install-scripts ?=?'

function installScriptsOf(manifest: Manifest, hasBindingGyp: boolean): [name: string, text: string][] {
  const { scripts, gypfile } = manifest
  const named = isMap(scripts)
    ? Object.entries(scripts).flatMap(([name, text]): [string, string][] =>
        installScripts.includes(name) && typeof text === 'string' ? [[name, text]] : [],
      )
    : []
  if (named.length > 0) return named
  // What npm runs then by itself (@npmcli/package-json, normalize.js).
  if (gypfile === true || (hasBindingGyp && gypfile !== false)) return [['install', 'node-gyp rebuild']]
  return manifest['hasInstallScript'] === true ? [['?', '?']] : []
}

function compiles({ gypfile }: Manifest, scripts: readonly [string, string][], hasBindingGyp: boolean): boolean {
  return gypfile === true || hasBindingGyp || scripts.some(([, text]) => /\bnode-gyp\b/.test(text))
}

function binariesOf({ bin, name }: Manifest): string[] {
  if (typeof bin === 'string') return [String(name).replace(/^@[^/]*\//, '')]
  return isMap(bin) ? Object.keys(bin) : []
}

/** All that are installed along with it: peers, too, unless they are optional. */
function dependenciesOf(manifest: Manifest): string[] {
  const { dependencies, optionalDependencies, peerDependencies, peerDependenciesMeta } = manifest
  const keysOf = (value: unknown) => (isMap(value) ? Object.keys(value) : [])
  const meta = isMap(peerDependenciesMeta) ? peerDependenciesMeta : {}
  const peers = keysOf(peerDependencies).filter((name) => !isMap(meta[name]) || meta[name]['optional'] !== true)
  return [...new Set([...keysOf(dependencies), ...keysOf(optionalDependencies), ...peers])]
}

function isMap(value: unknown): value is Manifest {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
