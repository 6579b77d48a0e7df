import { createHash } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { describeList, encodeImportList, type ImportList, parseImportList } from '#common/imports/index.ts'
import { composeOperation, importPackages } from '#common/operations/index.ts'
import { cidOfRecord } from '#common/records/index.ts'
import { buildVersionRecord, inspectTarball } from '#common/tarball/index.ts'
import { type PackageSource, pack, packageFolder } from './package-folder.ts'

type ImportedVersion = ImportList['packages'][number]['versions'][number]

/** Versions as they were published elsewhere, and the list of their import. */
export interface PackedImport {
  list: ImportList
  /** Canonical bytes. */
  bytes: Uint8Array
  /** In the list's order. */
  tarballs: Buffer[]
}

/** The same in each version. */
type Contents = Pick<PackageSource, 'files' | 'manifest'>

const createdAt = '2019-05-06T07:08:09.000Z' as const

/** @param specs such as `@acme.test/hello@1.0.0` @param tags package → tags */
export async function packImport(
  org: string,
  specs: readonly string[],
  { tags = {}, ...contents }: { tags?: Record<string, ImportList['packages'][number]['tags']> } & Contents = {},
): Promise<PackedImport> {
  const packed = await Promise.all(specs.map((spec) => packVersion(org, spec, contents)))
  const packages = [...Map.groupBy(packed, ({ name }) => name)].map(([name, versions]) => ({
    name,
    versions: versions.map(({ version }) => version),
    tags: tags[name] ?? [],
    deprecations: specs.length > 2 ? [{ version: versions[0]?.version.version ?? '', message: 'old' }] : [],
  }))
  const bytes = encodeImportList({ packages })
  const list = parseImportList(bytes)
  const order = list.packages.flatMap(({ versions }) => versions.map(({ record }) => record))
  const byRecord = new Map(packed.map(({ version, tarball }) => [version.record, tarball]))
  return { list, bytes, tarballs: order.map((record) => byRecord.get(record) ?? Buffer.of()) }
}

/** The operation that imports it. */
export function composeImport(org: string, { bytes }: Pick<PackedImport, 'bytes'>, expiry: number) {
  const input = { source: 'npm registry of the tests', ...describeList(bytes), createdAt: new Date().toISOString() }
  return composeOperation({ org, procedure: importPackages.procedure, input, expiry })
}

async function packVersion(org: string, spec: string, contents: Contents) {
  const at = spec.lastIndexOf('@')
  const [name, number] = [spec.slice(0, at), spec.slice(at + 1)]
  const folder = await packageFolder({ name, version: number, ...contents })
  const tarball = await pack(folder)
  await rm(folder, { recursive: true })
  const inspected = await inspectTarball(tarball)
  const { cid: record } = buildVersionRecord({ org, tarball: inspected, createdAt })
  const { integrity, size } = inspected
  const version: ImportedVersion = { version: number, record, integrity, size, createdAt }
  return { name, version, tarball }
}

/** A list of versions that nobody ever packed: for those who see no more than the list. */
export function inventedImport(name: string, count: number): Pick<PackedImport, 'list' | 'bytes'> {
  const versions = Array.from({ length: count }, (_, patch) => ({
    version: `1.0.${patch}`,
    record: cidOfRecord({ name, patch }),
    integrity: `sha512-${createHash('sha512').update(`${name} ${patch}`).digest('base64')}`,
    size: 1000 + patch,
    createdAt,
  }))
  const tags = [{ tag: 'latest', version: `1.0.${count - 1}` }]
  const deprecations = [{ version: '1.0.0', message: 'use something newer' }]
  const bytes = encodeImportList({ packages: [{ name, versions, tags, deprecations }] })
  return { bytes, list: parseImportList(bytes) }
}
