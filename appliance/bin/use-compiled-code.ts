import { statSync } from 'node:fs'
import { enableCompileCache } from 'node:module'
import { join } from 'node:path'

/**
 * A third of what a short command takes is compiling it (0.82 s become 0.57 s). The box keeps compiled code in its data folder; commands use it, too,
 * where the folder is their own user's: what somebody else may write there would run with our rights.
 */
export function useCompiledCode(env: NodeJS.ProcessEnv): void {
  const folder = join(env['ATOLL_DATA'] ?? 'data', 'cache', 'compiled')
  const found = statSync(folder, { throwIfNoEntry: false })
  if (found?.isDirectory() === true && found.uid === process.getuid?.() && (found.mode & 0o022) === 0) {
    enableCompileCache(folder)
  }
}
