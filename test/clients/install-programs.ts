import { execFile } from 'node:child_process'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

/** Installs programs from the registry this machine uses. @param packages such as `pnpm@12` @returns the folder to put on a PATH */
export function installPrograms(...packages: string[]): Promise<string> {
  return installWith({}, ...packages)
}

/** @param overrides as in package.json, for what a program asks for and nobody has */
export async function installWith(overrides: Record<string, string>, ...packages: string[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'atoll-programs-'))
  await writeFile(join(folder, 'package.json'), JSON.stringify({ private: true, overrides }))
  await promisify(execFile)('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', ...packages], {
    cwd: folder,
  })
  return join(folder, 'node_modules', '.bin')
}
