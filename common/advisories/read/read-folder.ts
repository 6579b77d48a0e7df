import { glob, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { maxEntryBytes, type OsvEntry, parseEntry, tooLarge } from './entry.ts'

/** The JSON files below a folder, such as a clone of GitHub's advisory database. */
export async function* readFolder(path: string): AsyncGenerator<OsvEntry> {
  for await (const name of glob('**/*.json', { cwd: path })) {
    const file = join(path, name)
    const { size } = await stat(file)
    if (size > maxEntryBytes) yield tooLarge(name)
    else yield parseEntry(name, await readFile(file, 'utf8'))
  }
}
