import { chmod, mkdir } from 'node:fs/promises'

/**
 * Everybody may pass through the data folder, because Postgres runs as somebody else when root started the box; what
 * is in it is closed folder by folder.
 */
export async function makeDataDir(path: string): Promise<void> {
  const created = await mkdir(path, { recursive: true })
  // Not by mkdir's mode, which the umask takes away from.
  if (created !== undefined) await chmod(path, 0o711)
}
