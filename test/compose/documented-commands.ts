import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

const page = join(import.meta.dirname, '../../docs/containers.md')

/** The arguments of the "docker compose …" commands that docs/containers.md gives under a heading. */
export async function documentedCommands(heading: string): Promise<string[][]> {
  const text = await readFile(page, 'utf8')
  const section = text.split(/^## /m).find((part) => part.startsWith(`${heading}\n`)) ?? ''
  const blocks = [...section.matchAll(/^```sh\n(.*?)^```/gms)].flatMap(([, block = '']) => block.trim().split('\n'))
  const commands = blocks.filter((line) => line.startsWith('docker compose '))
  if (commands.length === 0) throw new Error(`docs/containers.md has no commands under "${heading}"`)
  return commands.map((line) => line.split(' ').slice(2))
}
