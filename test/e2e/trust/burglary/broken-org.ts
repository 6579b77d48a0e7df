import { Readable } from 'node:stream'
import { putPermission } from '#common/operations/index.ts'
import type { BuiltRecord } from '#common/records/index.ts'
import { buildPackageRecord, buildTagRecord } from '#common/tarball/index.ts'
import type { BlobFile, RecordWrite } from '#pds/host/index.ts'
import { parseSpec } from '#test/support/box-person.ts'
import type { OpenBox } from '#test/support/open-box.ts'
import type { DraftVersion } from './draft-version.ts'

const nobody = { by: 'nobody', procedure: 'none' }

/** What a broken org PDS can do at any time: write into its organisations' repositories without being asked. */
export async function orgWrites(box: OpenBox, writes: RecordWrite[], blobs: BlobFile[] = []): Promise<void> {
  await box.parts.org.host.write(box.acme, writes, nobody, blobs)
}

/** A whole version, tag and package included, with its bytes. @param action `put` replaces what is there */
export async function orgWritesVersion(
  box: OpenBox,
  draft: DraftVersion,
  action: 'create' | 'put' = 'create',
): Promise<void> {
  const { inspected, createdAt, spec } = draft
  const about = { org: box.acme, tarball: inspected, createdAt }
  const writes: RecordWrite[] = [
    { action: 'put', ...buildPackageRecord(about) },
    { action, ...draft.write },
    { action: 'put', ...buildTagRecord({ ...about, ...parseSpec(spec), tag: 'latest' }) },
  ]
  await orgWrites(box, writes, await blobsOf(box, draft))
}

/** The record of a rule, as an approved operation would write it. */
export function draftRule(
  org: string,
  rule: { id: string; subject: string; action: string; packages: string; effect: 'allow' | 'deny' },
): BuiltRecord {
  return putPermission.draftRecord(org, { ...rule, createdAt: new Date().toISOString() })
}

async function blobsOf(box: OpenBox, { tarball, inspected }: DraftVersion): Promise<BlobFile[]> {
  const { readme } = inspected
  const blobs = [await store(box, tarball, 'application/gzip')]
  if (readme !== undefined) blobs.push(await store(box, Buffer.from(readme.bytes), readme.mimeType))
  return blobs
}

async function store(box: OpenBox, bytes: Buffer, mimeType: string): Promise<BlobFile> {
  const { path, cid, size } = await box.parts.org.host.receiveUpload(Readable.from([bytes]), bytes.length)
  return { path, cid, size, mimeType }
}
