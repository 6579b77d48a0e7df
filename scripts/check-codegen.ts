import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { generatedDocs } from './generated-docs.ts'
import { build } from './lexicon-build.ts'

/** Fails when what is generated is not what the lexicons and the settings' schema say today. */
const committed = fileURLToPath(new URL('../lexicons/generated', import.meta.url))
const fresh = await mkdtemp(join(tmpdir(), 'atoll-codegen-'))
try {
  await build(fresh)
  const stale = [...(await differences(committed, fresh)), ...(await staleDocs())]
  if (stale.length > 0) {
    process.stderr.write(`Generated files are stale: run "npm run codegen".\n${stale.map((f) => `  ${f}\n`).join('')}`)
    process.exitCode = 1
  }
} finally {
  await rm(fresh, { recursive: true })
}

async function differences(a: string, b: string): Promise<string[]> {
  const [left, right] = await Promise.all([read(a), read(b)])
  const names = new Set([...left.keys(), ...right.keys()])
  return [...names].filter((name) => left.get(name) !== right.get(name)).sort()
}

async function staleDocs(): Promise<string[]> {
  const root = fileURLToPath(new URL('..', import.meta.url))
  const current = await Promise.all(
    Object.entries(generatedDocs()).map(async ([path, content]) =>
      (await readFile(join(root, path), 'utf8').catch(() => undefined)) === content ? undefined : path,
    ),
  )
  return current.filter((path) => path !== undefined)
}

async function read(folder: string): Promise<Map<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  return new Map(
    await Promise.all(
      files.map(async (file) => [file.slice(folder.length + 1), await readFile(file, 'utf8')] as const),
    ),
  )
}
