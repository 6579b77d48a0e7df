import { open, stat } from 'node:fs/promises'
import { basename } from 'node:path'
import type { OsvEntry } from './entry.ts'
import { readDocument } from './read-document.ts'
import { readFolder } from './read-folder.ts'
import { readZip } from './read-zip.ts'

/**
 * What a source holds, one entry at a time and never all of it in memory: a folder of JSON files, an archive of them, JSON lines
 * or a JSON file. What it is, its content says.
 * @throws the file system's errors, and those of an archive that is none
 */
export async function* readOsv(path: string): AsyncGenerator<OsvEntry> {
  if ((await stat(path)).isDirectory()) return yield* readFolder(path)
  if (await isZip(path)) return yield* readZip(path)
  yield* readDocument(path, basename(path))
}

/** https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT, 4.3.7 and, of an empty one, 4.3.16. */
async function isZip(path: string): Promise<boolean> {
  await using file = await open(path)
  const { buffer, bytesRead } = await file.read(Buffer.alloc(4), 0, 4, 0)
  return bytesRead === 4 && ['PK\u0003\u0004', 'PK\u0005\u0006'].includes(buffer.toString('latin1'))
}
