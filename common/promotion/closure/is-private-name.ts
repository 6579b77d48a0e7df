import { isListed, type PackageName, parsePackageName } from '#common/names/index.ts'
import type { BoxNames } from './box-names.ts'

/** Whether nobody outside finds a package by this name, nor will after this promotion. */
export function isPrivateName(name: string, { privateNames, packages, together }: BoxNames): boolean {
  const parsed = parse(name)
  if (parsed === undefined || together.has(parsed.name)) return false
  const ours = packages.get(parsed.name)
  if (ours !== undefined) return ours.publicVersions.length === 0
  return isListed(parsed, privateNames)
}

/** Whether the scope is one of the box's, so that the name alone says something of the inside. */
export function parse(name: string): PackageName | undefined {
  try {
    return parsePackageName(name)
  } catch {
    return undefined
  }
}
