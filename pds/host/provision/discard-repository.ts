import { rm } from 'node:fs/promises'
import type { NewAccount } from './context.ts'

/**
 * Takes away what a kill left of a repository that was being made, without opening it: its tables may be missing, and `ActorStore.destroy`
 * asks these for blobs. There are none, as there is no account yet.
 */
export async function discardRepository({ did, pds }: Pick<NewAccount, 'did' | 'pds'>): Promise<void> {
  const { directory } = await pds.actorStore.getLocation(did)
  await rm(directory, { recursive: true, force: true })
}
