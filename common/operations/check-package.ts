import semver from 'semver'
import { parsePackageName } from '#common/names/index.ts'
import { refuseOperation } from './operation-kind.ts'

/** Names have one spelling in operations, so that one package is never two. @throws InvalidName, InvalidOperation */
export function checkName(name: string): void {
  if (parsePackageName(name).name !== name) throw refuseOperation('its package name is not in lower case')
}

/** npm refuses tags that could be read as a version range, for "npm install x@<tag>" would be ambiguous. */
export function checkTag(tag: string): void {
  if (!/^[A-Za-z0-9_-][A-Za-z0-9._~-]*$/.test(tag)) throw refuseOperation(`"${tag}" cannot be a dist-tag`)
  if (semver.validRange(tag) !== null) throw refuseOperation(`the dist-tag "${tag}" would be read as a version range`)
}
