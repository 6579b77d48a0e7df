import { createHash } from 'node:crypto'
import { mkdir, open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { cidForRawHash } from '@atproto/lex-data'
import { randomHandle } from '#common/crypto/index.ts'
import { AtollError } from '#common/errors/index.ts'

/** A file that is complete and durable but belongs to no record yet. Disposing it removes it, unless it was taken over. */
export interface Upload extends AsyncDisposable {
  path: string
  size: number
  /** The blob's CID. */
  cid: string
}

/**
 * Streams a body into a file, hashing on the way.
 * @param folder on the same file system as the blobs
 * @throws PayloadTooLarge; nothing is left behind then, nor when the sender goes away
 */
export async function receiveUpload(
  body: Readable,
  { folder, limitBytes }: { folder: string; limitBytes: number },
): Promise<Upload> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const path = join(folder, randomHandle())
  const remove = () => rm(path, { force: true })
  const file = await open(path, 'wx', 0o600)
  try {
    const hash = createHash('sha256')
    let size = 0
    for await (const chunk of body as AsyncIterable<Buffer>) {
      size += chunk.length
      if (size > limitBytes) throw new AtollError('PayloadTooLarge', { limitBytes })
      hash.update(chunk)
      await file.writeFile(chunk)
    }
    await file.sync()
    return { path, size, cid: cidForRawHash(hash.digest()).toString(), [Symbol.asyncDispose]: remove }
  } catch (error) {
    await remove()
    throw error
  } finally {
    await file.close()
  }
}
