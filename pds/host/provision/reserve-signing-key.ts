import { rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { NewAccount } from './context.ts'

/**
 * The signing key of an account, on disk before anybody hears of it.
 * @returns did:key, the same every time
 */
export async function reserveSigningKey({ did, pds }: Pick<NewAccount, 'did' | 'pds'>): Promise<string> {
  const { actorStore } = pds
  const file = join(actorStore.reservedKeyDir, did)
  // A kill between making the file and filling it; nobody can have heard of a key that was never written.
  const size = await stat(file).then(
    (found) => found.size,
    () => undefined,
  )
  if (size === 0) await rm(file, { force: true })
  return actorStore.reserveKeypair(did)
}
