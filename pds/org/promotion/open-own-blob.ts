import type { Readable } from 'node:stream'
import { AtollError } from '#common/errors/index.ts'
import type { PdsHost } from '#pds/host/index.ts'

/** The bytes of a blob that a record here refers to. @throws NotFound when it was purged */
export async function openOwnBlob(host: Pick<PdsHost, 'openBlob'>, did: string, cid: string): Promise<Readable> {
  const blob = await host.openBlob(did, cid)
  if (blob === undefined) throw new AtollError('NotFound', { did, cid })
  return blob.bytes
}
