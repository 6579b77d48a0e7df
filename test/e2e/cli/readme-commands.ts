import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Every command the README tells people to run, in its order. */
export async function readmeCommands(): Promise<string[]> {
  const readme = await readFile(join(import.meta.dirname, '../../../README.md'), 'utf8')
  const blocks = [...readme.matchAll(/^```sh\n(.*?)^```$/gms)].map((match) => match[1] ?? '')
  return blocks.flatMap((block) => block.split('\n').filter((line) => line !== ''))
}
