import { execFile } from 'node:child_process'
import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const root = fileURLToPath(new URL('..', import.meta.url))

/** Generates TypeScript from lexicons/schemas into a folder, replacing what is there. */
export async function build(out: string): Promise<void> {
  const lex = fileURLToPath(new URL('../node_modules/@atproto/lex/bin/lex', import.meta.url))
  // What they stand on is in lex-schema; @atproto/lex would bring its client, too.
  const flags = ['--clear', '--import-ext', '.ts', '--index-file', '--pretty', 'false', '--lib', '@atproto/lex-schema']
  await promisify(execFile)(
    process.execPath,
    [lex, 'build', '--lexicons', 'lexicons/schemas', '--out', out, ...flags],
    {
      cwd: root,
    },
  )
  await joinPairs(out)
}

const definitions = '.defs.ts'

/**
 * The tool writes two files for each lexicon, of which one only passes on what is in the other: reading the second costs as much
 * as the first, at the start of every process. Here there is one.
 */
async function joinPairs(out: string): Promise<void> {
  for (const name of await readdir(out, { recursive: true })) {
    if (!name.endsWith(definitions)) continue
    const text = await readFile(join(out, name), 'utf8')
    await writeFile(join(out, name.replace(definitions, '.ts')), text.replace(/(from ".*)\.defs\.ts"/g, '$1.ts"'))
    await rm(join(out, name))
  }
}
