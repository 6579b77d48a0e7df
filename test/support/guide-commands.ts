import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * The commands of a guide in `docs`, by what stands behind `sh` at the start of their block.
 * @param guide such as `monorepos.md`
 */
export async function guideCommands(guide: string): Promise<Record<string, string[]>> {
  const text = await readFile(join(import.meta.dirname, '../../docs', guide), 'utf8')
  const blocks = [...text.matchAll(/^```sh ([^\n]+)\n(.*?)^```$/gms)]
  return Object.fromEntries(
    blocks.map(([, name = '', lines = '']) => [name, lines.split('\n').filter((line) => line !== '')]),
  )
}
