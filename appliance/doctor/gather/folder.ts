import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { FolderFacts, PathFact } from '../facts.ts'

/** @returns undefined for a box that was never started */
export async function lookAtFolder(dataDir: string): Promise<FolderFacts | undefined> {
  const data = await modeOf(dataDir)
  if (data === undefined) return undefined
  const names = [...(await filesIn(dataDir, 'secrets')), ...(await filesIn(dataDir, 'run'))]
  const secrets = await Promise.all(names.filter((path) => /\.json$|token$/.test(path)).map(modeOf))
  return {
    data,
    secrets: secrets.filter((fact) => fact !== undefined),
    recoveryKeys: await filesIn(dataDir, 'recovery'),
  }
}

async function modeOf(path: string): Promise<PathFact | undefined> {
  const found = await stat(path).catch(() => undefined)
  return found === undefined ? undefined : { path, mode: found.mode & 0o777 }
}

async function filesIn(dataDir: string, folder: string): Promise<string[]> {
  const names = await readdir(join(dataDir, folder)).catch(() => [])
  return names.map((name) => join(dataDir, folder, name))
}
