import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

export interface MonorepoSource {
  /** Where to write it; made if need be. */
  folder: string
  /** Its packages are `@acme.test/<prefix>-1` and so on. */
  prefix: string
  size: number
  registry: string
  /** Makes it pnpm's; npm's otherwise. changesets goes by that, too. */
  pnpm?: boolean
}

/** A workspace as npm, pnpm and changesets each understand it. @returns the names of its packages */
export async function writeMonorepo(source: MonorepoSource): Promise<string[]> {
  const { folder, prefix, size, registry, pnpm = false } = source
  const names = Array.from({ length: size }, (_, at) => `@acme.test/${prefix}-${at + 1}`)
  await write(folder, 'package.json', json({ name: 'monorepo', private: true, workspaces: ['packages/*'] }))
  if (pnpm) await write(folder, 'pnpm-workspace.yaml', 'packages: ["packages/*"]\n')
  else await write(folder, 'package-lock.json', json({ name: 'monorepo', lockfileVersion: 3, packages: {} }))
  await write(folder, '.npmrc', `registry=${registry}/\n`)
  await write(folder, '.changeset/config.json', json({ access: 'restricted', baseBranch: 'main' }))
  for (const [at, name] of names.entries()) {
    const at1 = join('packages', String(at + 1))
    await write(folder, join(at1, 'package.json'), json({ name, version: '1.0.0', license: 'MIT', main: 'index.js' }))
    await write(folder, join(at1, 'index.js'), `module.exports = '${name}'\n`)
  }
  return names
}

async function write(folder: string, path: string, content: string): Promise<void> {
  await mkdir(join(folder, path, '..'), { recursive: true })
  await writeFile(join(folder, path), content)
}

function json(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`
}
