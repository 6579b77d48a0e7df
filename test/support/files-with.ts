import { createHash } from 'node:crypto'
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * Every file below a folder that is, byte for byte, one of these.
 * @param except folders of this name are not looked into
 */
export async function filesWith(
  folder: string,
  contents: readonly Uint8Array[],
  { except }: { except: string },
): Promise<string[]> {
  const wanted = new Map(contents.map((bytes) => [sha512(bytes), bytes.length]))
  const sizes = new Set(wanted.values())
  const found: string[] = []
  for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
    const path = join(folder, entry.name)
    if (entry.isDirectory() && entry.name !== except) found.push(...(await filesWith(path, contents, { except })))
    if (!entry.isFile()) continue
    // It may go while we look.
    const size = await stat(path).then(
      (file) => file.size,
      () => -1,
    )
    if (sizes.has(size) && wanted.has(sha512(await readFile(path).catch(() => Buffer.of())))) found.push(path)
  }
  return found
}

function sha512(bytes: Uint8Array): string {
  return createHash('sha512').update(bytes).digest('hex')
}
