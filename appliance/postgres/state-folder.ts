import { createHash } from 'node:crypto'
import { chmod, mkdir, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { startedByRoot } from './unprivileged.ts'

/**
 * Where Postgres keeps its programs and data: `preferred`, unless root started us and the user Postgres then runs as
 * cannot get there (a home of mode 0700 somewhere above); then a folder of its own under /var/lib.
 * @returns the folder, which exists
 */
export async function stateFolder(preferred: string): Promise<string> {
  const wanted = resolve(preferred)
  const folder = startedByRoot() && !(await isTraversable(wanted)) ? elsewhere(wanted) : wanted
  await makeTraversable(folder)
  return folder
}

function elsewhere(wanted: string): string {
  return join('/var/lib/atoll', createHash('sha256').update(wanted).digest('hex').slice(0, 16))
}

async function makeTraversable(folder: string): Promise<void> {
  const created = await mkdir(folder, { recursive: true })
  // Not by mkdir's mode, which the umask takes away from.
  for (let path = folder; created !== undefined && path.startsWith(created); path = dirname(path)) {
    await chmod(path, 0o711)
  }
}

/** Whether everybody may pass through every folder on the way; those that do not exist yet are made so. */
async function isTraversable(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined)
  if (found !== undefined && (found.mode & 0o001) === 0) return false
  return path === dirname(path) ? true : isTraversable(dirname(path))
}
