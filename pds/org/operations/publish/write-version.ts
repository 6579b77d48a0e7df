import { Readable } from 'node:stream'
import { AtollError } from '#common/errors/index.ts'
import { packageKey } from '#common/names/index.ts'
import type { PublishInput } from '#common/operations/index.ts'
import { bundleMimeType } from '#common/provenance/index.ts'
import type { BuiltRecord } from '#common/records/index.ts'
import { buildPackageRecord, type InspectedTarball } from '#common/tarball/index.ts'
import { app } from '#lexicons'
import type { BlobFile, RecordWrite } from '#pds/host/index.ts'
import { supersedes } from '../../supersedes.ts'
import { required } from '../context.ts'
import type { PublishContext } from './context.ts'

/** Version, tag and, with the first version, the package: one commit, so that nobody sees one without the others. */
export async function writeVersion(context: PublishContext): Promise<void> {
  const { input, kind, op, operation, services, tarball } = context
  if (tarball === undefined) return
  const version = kind.recordOf(operation.org, input, tarball)
  const writes: RecordWrite[] = [{ action: 'create', ...version }, ...(await tagOf(context))]
  if (await isFirst(context)) writes.unshift({ action: 'put', ...packageRecordOf(operation.org, input, tarball) })
  const approval = { by: required(context.caller, 'verifyCaller').did, procedure: kind.procedure, op }
  await orVersionExists(input, services.host.write(operation.org, writes, approval, await blobsOf(context)))
}

/** Unless the tag moved on since this was asked for: what somebody approved later stays. */
async function tagOf({ input, kind, operation: { org }, services }: PublishContext): Promise<RecordWrite[]> {
  const writes: RecordWrite[] = []
  for (const tag of kind.furtherRecordsOf(org, input)) {
    const existing = await services.host.findRecord(org, tag.collection, tag.rkey)
    if (existing === undefined || supersedes(tag, existing)) writes.push({ action: 'put', ...tag })
  }
  return writes
}

async function isFirst({ input, operation, services }: PublishContext): Promise<boolean> {
  const collection = app.npm.package.record.main.$type
  return (await services.host.findRecord(operation.org, collection, packageKey(input.name))) === undefined
}

function packageRecordOf(org: string, { createdAt }: PublishInput, tarball: InspectedTarball): BuiltRecord {
  return buildPackageRecord({ org, tarball, createdAt })
}

async function blobsOf({ opened, services, ...context }: PublishContext): Promise<BlobFile[]> {
  const tarball = required(context.tarball, 'inspectUpload')
  const upload = required(context.upload, 'storeUploads')
  const { readme } = tarball
  const blobs = [{ path: upload.path, cid: tarball.blobCid, size: tarball.size, mimeType: 'application/gzip' }]
  const { bundle, input } = context
  if (bundle !== undefined && input.provenance !== undefined) {
    const { cid, size } = input.provenance
    blobs.push({ path: bundle.path, cid, size, mimeType: bundleMimeType })
  }
  if (readme === undefined) return blobs
  const bytes = Buffer.from(readme.bytes)
  const file = opened.use(await services.host.receiveUpload(Readable.from([bytes]), bytes.length))
  return [...blobs, { path: file.path, cid: readme.cid, size: bytes.length, mimeType: readme.mimeType }]
}

/** Two publishes of one version may have passed the check side by side; the repository takes one. */
async function orVersionExists(input: PublishInput, writing: Promise<unknown>): Promise<void> {
  try {
    await writing
  } catch (error) {
    if (!(error instanceof AtollError) || error.code !== 'RecordExists') throw error
    throw new AtollError('VersionExists', { package: input.name, version: input.version }, error)
  }
}
