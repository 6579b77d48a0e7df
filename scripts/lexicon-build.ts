import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const root = fileURLToPath(new URL('..', import.meta.url))

/** Generates TypeScript from lexicons/schemas into a folder, replacing what is there. */
export async function build(out: string): Promise<void> {
  const lex = fileURLToPath(new URL('../node_modules/@atproto/lex/bin/lex', import.meta.url))
  const flags = ['--clear', '--import-ext', '.ts', '--index-file', '--pretty', 'false']
  await promisify(execFile)(
    process.execPath,
    [lex, 'build', '--lexicons', 'lexicons/schemas', '--out', out, ...flags],
    {
      cwd: root,
    },
  )
}
