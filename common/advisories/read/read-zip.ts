import { text } from 'node:stream/consumers'
import { type Entry, openPromise, type ZipFile } from 'yauzl'
import { maxEntryBytes, type OsvEntry, parseEntry, tooLarge } from './entry.ts'

/**
 * The JSON files of an archive such as OSV's `all.zip`, one at a time, from the disk.
 * @throws Error when it is no archive; yauzl's errors name what is wrong with one
 */
export async function* readZip(path: string): AsyncGenerator<OsvEntry> {
  // Entries are looked up in its directory, so what was appended or left out shows; their sizes are held to what that says.
  const archive: ZipFile = await openPromise(path, {
    autoClose: false,
    validateEntrySizes: true,
    strictFileNames: false,
  })
  try {
    for await (const entry of archive.eachEntry()) {
      const { fileName: name, uncompressedSize } = entry
      if (!name.endsWith('.json')) continue
      if (uncompressedSize > maxEntryBytes) yield tooLarge(name)
      else yield await readEntry(archive, entry)
    }
  } finally {
    archive.close()
  }
}

/** One damaged file says nothing of the others. */
async function readEntry(archive: ZipFile, entry: Entry): Promise<OsvEntry> {
  try {
    return parseEntry(entry.fileName, await text(await archive.openReadStreamPromise(entry)))
  } catch (error) {
    return { name: entry.fileName, bytes: 0, problem: `it cannot be read: ${(error as Error).message}` }
  }
}
