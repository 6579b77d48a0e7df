import { getBlobCidString, getBlobSize } from '@atproto/lex-data'
import { AtollError } from '#common/errors/index.ts'
import { versionKey } from '#common/names/index.ts'
import { maxBundleBytes } from '#common/provenance/index.ts'
import { app } from '#lexicons'
import type { BlobAddress } from '../mirror/packages/blob-address.ts'
import { readRecord } from '../mirror/records/read-record.ts'
import { type Db, publicNetwork as network } from '../schema/index.ts'

/** The bundle that the record of a version names. @throws NotFound when there is none */
export async function provenanceOf(
  db: Db,
  { did, name, version }: { did: string; name: string; version: string },
): Promise<BlobAddress> {
  const row = await db
    .selectFrom('mirror_record')
    .where('network', '=', network)
    .where('did', '=', did)
    .where('collection', '=', app.npm.package.version.$nsid)
    .where('rkey', '=', versionKey(name, version))
    .select('body')
    .executeTakeFirst()
  const blob = row && readRecord(app.npm.package.version, row.body)?.provenance
  const size = blob === undefined ? undefined : getBlobSize(blob)
  if (blob === undefined || size == null || size > maxBundleBytes)
    throw new AtollError('NotFound', { package: name, version })
  return { did, cid: getBlobCidString(blob), size }
}
