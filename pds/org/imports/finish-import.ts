import { buildImportedMetadata, importedVersionRef } from '#common/imports/index.ts'
import { versionKey } from '#common/names/index.ts'
import { importPackages } from '#common/operations/index.ts'
import type { BuiltRecord } from '#common/records/index.ts'
import { app } from '#lexicons'
import { splitWrites } from '#pds/host/index.ts'
import { supersedes } from '../supersedes.ts'
import type { OpenImport } from './import-store.ts'
import { proveAttested } from './prove-attested.ts'
import type { ImportServices } from './services.ts'

type WrittenRecord = Pick<BuiltRecord, 'uri' | 'cid'>

export interface FinishedImport {
  missing: number
  last?: WrittenRecord | undefined
}

/**
 * Ends an import: its tags are written once all of its versions are there.
 * @returns how many versions are missing, and the import stays open while there are any; else the record written last
 * @throws ImportNotOpen, AttestationsPending, NotAttested
 */
export async function finishImport(services: ImportServices, record: string): Promise<FinishedImport> {
  const { host, imports, proofs } = services
  const open = await imports.find(record)
  const missing = await countMissing(services, open)
  if (missing > 0) return { missing }
  const { org, did, op, importedAt: createdAt, list } = open
  const metadata = list.packages.flatMap((imported) => buildImportedMetadata({ org, createdAt }, imported))
  await proveAttested(
    open,
    metadata.map(({ cid }) => cid),
    proofs,
  )
  const approval = { by: did, procedure: importPackages.procedure, op }
  for (const part of splitWrites(await newest(services, open, metadata), (write) => [write])) {
    await host.write(
      org,
      part.map((write) => ({ action: 'put', ...write })),
      approval,
    )
  }
  await imports.close(record)
  host.log.info({ org, did, record, versions: open.versions.length }, 'an import is finished')
  return { missing: 0, last: metadata.at(-1) ?? lastVersion(open) }
}

function lastVersion({ org, versions }: OpenImport): WrittenRecord | undefined {
  const last = versions.at(-1)
  return last && importedVersionRef(org, last.package, last.version)
}

async function countMissing({ host }: ImportServices, { org, versions }: OpenImport): Promise<number> {
  const keys = versions.map((one) => versionKey(one.package.name, one.version.version))
  const there = await host.findCids(org, app.npm.package.version.main.$type, keys)
  return versions.length - there.size
}

/** Without what somebody has said since the import was approved. */
async function newest({ host }: ImportServices, { org }: OpenImport, metadata: readonly BuiltRecord[]) {
  const newer: BuiltRecord[] = []
  for (const written of metadata) {
    const existing = await host.findRecord(org, written.collection, written.rkey)
    if (existing === undefined || supersedes(written, existing)) newer.push(written)
  }
  return newer
}
