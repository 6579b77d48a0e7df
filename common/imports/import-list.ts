import { decode } from '@atproto/lex-cbor'
import semver from 'semver'
import { AtollError } from '#common/errors/index.ts'
import { parsePackageName, parseVersion } from '#common/names/index.ts'
import { encodeRecord } from '#common/records/index.ts'
import { app } from '#lexicons'

/** What one import brings; its DAG-CBOR is what a person approves, and nothing that is not in it is ever written. */
export type ImportList = app.npm.operation.defs.ImportList
export type ImportedPackage = app.npm.operation.defs.ImportedPackage
export type ImportedVersion = app.npm.operation.defs.ImportedVersion

/** As many as fit into what a person can approve at a glance, and into the list's bound. */
export const maxImportedVersions = 10_000
export const maxImportListBytes = 8 * 2 ** 20

/**
 * The canonical bytes: whatever order the parts come in, the same import has the same bytes.
 * @throws InvalidOperation
 */
export function encodeImportList({ packages }: ImportList): Uint8Array {
  const bytes = encodeRecord({ packages: packages.map(inOrder).toSorted(by(({ name }) => name)) })
  parseImportList(bytes)
  return bytes
}

/** @throws InvalidOperation when these are not the canonical bytes of a list, or it breaks a bound */
export function parseImportList(bytes: Uint8Array): ImportList {
  if (bytes.length > maxImportListBytes) throw refuse(`it is larger than ${maxImportListBytes} bytes`)
  const decoded = attempt(() => decode(bytes), 'it is not DAG-CBOR')
  const parsed = app.npm.operation.defs.importList.safeParse(decoded)
  if (!parsed.success) throw refuse(parsed.reason.message, parsed.reason)
  const { packages } = parsed.value
  for (const imported of packages) checkPackage(imported)
  checkDistinct(packages.map(({ name }) => name))
  const versions = packages.reduce((count, imported) => count + imported.versions.length, 0)
  if (versions > maxImportedVersions) throw refuse(`it has more than ${maxImportedVersions} versions`)
  checkCanonical(bytes, packages)
  return { packages }
}

function checkPackage({ name, versions, tags, deprecations }: ImportedPackage): void {
  attempt(() => {
    if (parsePackageName(name).name !== name) throw refuse(`${name} is not in lower case`)
    for (const { version } of [...versions, ...tags, ...deprecations]) parseVersion(version)
  }, `${name} has a name or a version that is not valid`)
  checkDistinct(versions.map(({ version }) => `${name}@${version}`))
  checkDistinct(tags.map(({ tag }) => `the tag ${tag} of ${name}`))
  checkDistinct(deprecations.map(({ version }) => `the deprecation of ${name}@${version}`))
}

/** Fields that nobody reads, and another order, would make two lists of one. */
function checkCanonical(bytes: Uint8Array, packages: readonly ImportedPackage[]): void {
  const canonical = encodeRecord({ packages: packages.map(inOrder).toSorted(by(({ name }) => name)) })
  if (Buffer.compare(canonical, bytes) !== 0) throw refuse('it is not in canonical form')
}

function inOrder({ name, versions, tags, deprecations }: ImportedPackage) {
  return {
    name,
    versions: versions
      .map(({ version, record, integrity, size, createdAt }) => ({ version, record, integrity, size, createdAt }))
      .toSorted((a, b) => semver.compare(a.version, b.version)),
    tags: tags.map(({ tag, version }) => ({ tag, version })).toSorted(by(({ tag }) => tag)),
    deprecations: deprecations
      .map(({ version, message }) => ({ version, message }))
      .toSorted((a, b) => semver.compare(a.version, b.version)),
  }
}

function by<Item>(key: (item: Item) => string): (a: Item, b: Item) => number {
  return (a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0)
}

function checkDistinct(keys: readonly string[]): void {
  const seen = new Set<string>()
  for (const key of keys) {
    if (seen.has(key)) throw refuse(`it has ${key} twice`)
    seen.add(key)
  }
}

function attempt<Value>(work: () => Value, reason: string): Value {
  try {
    return work()
  } catch (cause) {
    throw cause instanceof AtollError && cause.code === 'InvalidOperation' ? cause : refuse(reason, cause)
  }
}

function refuse(reason: string, cause?: unknown): AtollError {
  return new AtollError('InvalidOperation', { reason: `its list cannot be taken: ${reason}` }, cause)
}
