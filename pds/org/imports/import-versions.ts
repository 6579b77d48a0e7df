import type { Readable } from 'node:stream'
import { AtollError } from '#common/errors/index.ts'
import { describingVersion } from '#common/imports/index.ts'
import { packageKey, versionKey } from '#common/names/index.ts'
import { importPackages } from '#common/operations/index.ts'
import { buildPackageRecord } from '#common/tarball/index.ts'
import { app } from '#lexicons'
import { type RecordWrite, splitWrites } from '#pds/host/index.ts'
import type { OpenImport } from './import-store.ts'
import { checkMayPublishAll } from './may-publish.ts'
import { proveAttested } from './prove-attested.ts'
import { type ArrivedVersion, receiveVersions } from './receive-versions.ts'
import type { ImportServices } from './services.ts'

export interface VersionsToWrite {
  /** CID of the import record. */
  import: string
  /** Index in the list's versions. */
  from: number
  count: number
  /** Their tarballs, one after the other. */
  body: Readable
}

/**
 * Writes a stretch of an approved import's versions. Doing it again writes nothing twice.
 * @returns how many were not there before
 * @throws ImportNotOpen, Forbidden, AttestationsPending, NotAttested, InvalidTarball, InvalidOperation, VersionExists
 */
export async function importVersions(services: ImportServices, request: VersionsToWrite): Promise<number> {
  const { host, imports, proofs } = services
  const open = await imports.find(request.import)
  const wanted = open.versions.slice(request.from, request.from + request.count)
  if (wanted.length !== request.count)
    throw new AtollError('InvalidRequest', { reason: 'the list has no such versions' })
  const { org, did, groups } = open
  const names = new Set(wanted.map((version) => version.package.name))
  await checkMayPublishAll(services, { org, did, handle: did, groups, names })
  await proveAttested(
    open,
    wanted.map(({ version }) => version.record),
    proofs,
  )
  const missing = await withoutPresent(services, open, wanted)
  await using opened = new AsyncDisposableStack()
  const arrived = await receiveVersions(host, { org, wanted, body: request.body }, opened)
  await writeArrived(
    services,
    open,
    arrived.filter(({ imported }) => missing.has(imported)),
  )
  return missing.size
}

/** @throws VersionExists */
async function withoutPresent({ host }: ImportServices, { org }: OpenImport, wanted: OpenImport['versions']) {
  const collection = app.npm.package.version.main.$type
  const keyOf = (one: OpenImport['versions'][number]) => versionKey(one.package.name, one.version.version)
  const there = await host.findCids(org, collection, wanted.map(keyOf))
  for (const one of wanted) {
    const cid = there.get(keyOf(one))
    if (cid === undefined || cid === one.version.record) continue
    throw new AtollError('VersionExists', { package: one.package.name, version: one.version.version })
  }
  return new Set(wanted.filter((one) => !there.has(keyOf(one))))
}

/** In commits as large as they may be. */
async function writeArrived(services: ImportServices, open: OpenImport, arrived: readonly ArrivedVersion[]) {
  const { host } = services
  const approval = { by: open.did, procedure: importPackages.procedure, op: open.op }
  const known = await knownPackages(services, open, arrived)
  const writesOf = (version: ArrivedVersion): RecordWrite[] => {
    const { name } = version.imported.package
    const describes =
      !known.has(packageKey(name)) && describingVersion(version.imported.package) === version.imported.version.version
    return [...(describes ? [packageWrite(open, version)] : []), { action: 'create', ...version.record }]
  }
  // The README of many versions is one file, and belongs to the repository from the first commit on that has it.
  const taken = new Set<string>()
  for (const part of splitWrites(arrived, writesOf)) {
    const blobs = part.flatMap((version) => version.blobs).filter(({ cid }) => !taken.has(cid))
    await host.write(open.org, part.flatMap(writesOf), approval, blobs)
    for (const { cid } of blobs) taken.add(cid)
  }
}

async function knownPackages({ host }: ImportServices, { org }: OpenImport, arrived: readonly ArrivedVersion[]) {
  const keys = [...new Set(arrived.map(({ imported }) => packageKey(imported.package.name)))]
  return host.findCids(org, app.npm.package.record.main.$type, keys)
}

function packageWrite({ org }: OpenImport, { imported, tarball }: ArrivedVersion): RecordWrite {
  return { action: 'put', ...buildPackageRecord({ org, tarball, createdAt: imported.version.createdAt }) }
}
