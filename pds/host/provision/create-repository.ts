import type { NewAccount } from './context.ts'
import { discardRepository } from './discard-repository.ts'

/** Nobody has seen a repository without an account: what a crash left of one is made anew. */
export async function createRepository(context: NewAccount): Promise<void> {
  const { did, pds, transact } = context
  if ((await pds.accountManager.getAccount(did)) !== null) return
  const keypair = await pds.actorStore.getReservedKeypair(did)
  if (keypair === undefined) throw new Error(`${did} has no reserved signing key`)
  await discardRepository(context)
  await pds.actorStore.create(did, keypair)
  context.commit = await transact(did, ({ repo }) => repo.createRepo([]))
}
