import { open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Readable } from 'node:stream'

/**
 * Writes a new file and returns when it would survive a power cut; leaves nothing behind when it fails.
 * @throws when the file exists
 */
export async function writeDurably(path: string, bytes: Uint8Array | Readable): Promise<void> {
  try {
    const file = await open(path, 'wx', 0o600)
    try {
      await file.writeFile(bytes)
      await file.sync()
    } finally {
      await file.close()
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') await rm(path, { force: true })
    throw error
  }
}

/** Replaces a file as a whole: readers see the old content or the new. */
export async function replaceDurably(path: string, bytes: Uint8Array): Promise<void> {
  const temporary = `${path}.new`
  await rm(temporary, { force: true })
  await writeDurably(temporary, bytes)
  await rename(temporary, path)
  await syncFolder(dirname(path))
}

/** A rename is durable once its folder is. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path)
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}
