import { mkdir, mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { create } from 'tar'

export interface PackageSource {
  name: string
  version: string
  /** Merged into package.json. */
  manifest?: Record<string, unknown>
  /** Path in the package → content. */
  files?: Record<string, string>
}

/** Writes a small package to a fresh folder, as a developer would have it. @returns the folder */
export async function packageFolder({ name, version, manifest = {}, files = {} }: PackageSource): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'atoll-package-'))
  const content = {
    'package.json': `${JSON.stringify({ name, version, description: 'A package for tests', license: 'MIT', main: 'index.js', ...manifest }, null, 2)}\n`,
    'index.js': `module.exports = 'hello from ${name}@${version}'\n`,
    'README.md': `# ${name}\n`,
    ...files,
  }
  for (const [path, text] of Object.entries(content)) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), text)
  }
  return folder
}

/** The tarball of a folder, with `package/` in front as npm packs it. */
export async function pack(folder: string): Promise<Buffer> {
  const chunks: Buffer[] = []
  const stream = create(
    { cwd: folder, gzip: true, portable: true, prefix: 'package', mtime: new Date(499_162_500_000) },
    ['.'],
  )
  for await (const chunk of stream) chunks.push(Buffer.from(chunk))
  return Buffer.concat(chunks)
}
