import type { ImportedPackage, ImportList } from '#common/imports/index.ts'
import { maxImportedVersions } from '#common/imports/index.ts'

// Far below what a list may have: names, digests and times are about 300 bytes a version.
const maxBytes = 4 * 2 ** 20
const bytesPerVersion = 300

/** Parts of an import that one person can approve at a time; one, for all but the largest registries. */
export function splitList({ packages }: ImportList, maxVersions: number = maxImportedVersions): ImportList[] {
  const parts: ImportedPackage[][] = []
  let room = { versions: 0, bytes: 0 }
  for (const slice of packages.flatMap((imported) => slicesOf(imported, maxVersions))) {
    const bytes = weightOf(slice)
    if (room.versions < slice.versions.length || room.bytes < bytes) {
      parts.push([])
      room = { versions: maxVersions, bytes: maxBytes }
    }
    parts.at(-1)?.push(slice)
    room.versions -= slice.versions.length
    room.bytes -= bytes
  }
  return parts.map((part) => ({ packages: part }))
}

/** A package of more versions than fit comes in several parts; what is said of it comes with the last. */
function slicesOf(imported: ImportedPackage, maxVersions: number): ImportedPackage[] {
  const slices: ImportedPackage[] = []
  for (let at = 0; at < imported.versions.length; at += maxVersions) {
    slices.push({ ...imported, versions: imported.versions.slice(at, at + maxVersions), tags: [], deprecations: [] })
  }
  const last = slices.pop() ?? imported
  return [...slices, { ...last, tags: imported.tags, deprecations: imported.deprecations }]
}

function weightOf({ versions, tags, deprecations }: ImportedPackage): number {
  const messages = deprecations.reduce((bytes, { message }) => bytes + Buffer.byteLength(message), 0)
  return (versions.length + tags.length + deprecations.length + 1) * bytesPerVersion + messages
}
