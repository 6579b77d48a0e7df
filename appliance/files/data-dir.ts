import { chmod, mkdir, stat } from 'node:fs/promises'

const mayPassThrough = 0o011

/**
 * Makes the data folder. Everybody may pass through it, because Postgres runs as somebody else when root started the
 * box; what is in it is closed folder by folder.
 */
export async function makeDataDir(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o711 })
  if (process.getuid?.() !== 0) return
  const { mode } = await stat(path)
  // The umask takes away from mkdir's mode.
  if ((mode & mayPassThrough) !== mayPassThrough) await chmod(path, mode | mayPassThrough)
}
