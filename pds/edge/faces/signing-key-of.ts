import type { Did, PdsContext } from '#pds/host/index.ts'

/** The key of an account's public repository, on disk before anybody hears of it. @returns did:key, the same every time */
export async function signingKeyOf({ accountManager, actorStore }: PdsContext, did: Did): Promise<string> {
  if ((await accountManager.getAccount(did)) !== null) return (await actorStore.keypair(did)).did()
  return actorStore.reserveKeypair(did)
}
