import type { Readable } from 'node:stream'
import { AtollError } from '#common/errors/index.ts'
import { receiveUpload, type Upload } from '#pds/host/index.ts'
import { blobsInRepo, requireRepo } from './repo-state.ts'
import type { PushServices } from './services.ts'

interface Announced {
  did: string
  cid: string
  size: number
  mimeType: string
}

/**
 * Takes the bytes of a blob and keeps them, durably, until a record refers to them. What is here already is not received again.
 * @throws RepoNotFound, PayloadTooLarge, EdgeFull, BlobDiffers
 */
export async function receiveBlob(services: PushServices, announced: Announced, body: Readable): Promise<void> {
  const { pds, parked, blobBytes } = services
  const { cid, size, mimeType } = announced
  const did = await requireRepo(pds, announced.did)
  if ((await blobsInRepo(pds, did, [cid])).has(cid)) return
  if ((await parked.find(did, [cid])).length > 0) return parked.retype(did, cid, mimeType)
  if (size > blobBytes) throw new AtollError('PayloadTooLarge', { limitBytes: blobBytes })
  using _room = await parked.makeRoom(size)
  await using upload = await receive(services, body, announced)
  if (upload.size !== size) throw new AtollError('BlobDiffers', { cid, reason: `they are ${upload.size}` })
  if (upload.cid !== cid) throw new AtollError('BlobDiffers', { cid })
  await parked.keep(did, upload, mimeType)
}

async function receive({ uploads }: PushServices, body: Readable, { cid, size }: Announced): Promise<Upload> {
  try {
    return await receiveUpload(body, { folder: uploads, limitBytes: size })
  } catch (error) {
    const isLonger = error instanceof AtollError && error.code === 'PayloadTooLarge'
    throw isLonger ? new AtollError('BlobDiffers', { cid, reason: `they are more than ${size}` }, error) : error
  }
}
