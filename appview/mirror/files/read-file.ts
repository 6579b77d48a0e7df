import { AtollError } from '#common/errors/index.ts'
import { versionOfKey } from '../../index/keys.ts'
import type { BundleJudge } from '../../provenance/judge-bundle.ts'
import type { Db } from '../../schema/index.ts'
import { type BlobSource, openBlob } from '../blobs/open-blob.ts'
import { keepReadme } from './keep-readme.ts'
import type { NamedFile } from './next-file.ts'
import { readBundle } from './read-bundle.ts'

export interface FileContext extends BlobSource {
  db: Db
  judge: BundleJudge
  now(): Date
}

/** Reads one file from the PDS at which its account is now. @throws AtollError when it cannot be had */
export async function readFile(context: FileContext, file: NamedFile): Promise<void> {
  if (file.kind === 'bundle') return readBundle(context, file, () => bytesOf(context, file))
  return keepReadme(context.db, file, await bytesOf(context, file), context.now())
}

/** Exactly what the record names: its CID and its size are held to before anybody sees it. */
async function bytesOf(context: FileContext, file: NamedFile): Promise<Buffer> {
  const { key } = file
  const of = file.kind === 'bundle' ? versionOfKey(key) : undefined
  const about = of === undefined ? { package: key } : { package: of.name, version: of.version }
  const chunks: Uint8Array[] = []
  try {
    for await (const chunk of await openBlob(context, file, about)) chunks.push(chunk)
  } catch (cause) {
    if (cause instanceof AtollError) throw cause
    throw new AtollError('UpstreamUnavailable', { ...about, reason: 'its PDS broke off' }, cause)
  }
  return Buffer.concat(chunks)
}
