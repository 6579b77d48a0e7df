import { AtollError } from '#common/errors/index.ts'
import { type PackageName, parsePackageName } from './package-name.ts'
import { parseVersion } from './version.ts'

/** The rkey of a package: `@acme.com/ui` → `acme.com:ui`, `left-pad` → `left-pad`. @param name normalised */
export function packageKey(name: string): string {
  return name.replace(/^@/, '').replace('/', ':')
}

/** @throws InvalidName when this is not the key of a package */
export function parsePackageKey(key: string): PackageName {
  const parts = key.split(':')
  const parsed = parsePackageName(parts.length === 2 ? `@${parts.join('/')}` : key)
  if (packageKey(parsed.name) !== key) throw new AtollError('InvalidName', { package: key })
  return parsed
}

/** The rkey of a version: `acme.com:ui:1.0.0`. */
export function versionKey(name: string, version: string): string {
  return `${packageKey(name)}:${version}`
}

/** @throws InvalidName, InvalidVersion when this is not the key of a version */
export function parseVersionKey(key: string): { name: PackageName; version: string } {
  const colon = key.lastIndexOf(':')
  return { name: parsePackageKey(key.slice(0, Math.max(colon, 0))), version: parseVersion(key.slice(colon + 1)) }
}

/** The file a version is downloaded as: `hello-1.0.0.tgz`. @param name normalised */
export function tarballFile(name: string, version: string): string {
  return `${name.slice(name.indexOf('/') + 1)}-${version}.tgz`
}

/** The rkey of a dist-tag: `acme.com:ui:latest`. */
export function tagKey(name: string, tag: string): string {
  return `${packageKey(name)}:${tag}`
}
