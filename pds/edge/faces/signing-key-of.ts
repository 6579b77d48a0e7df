import { type Did, type PdsContext, reserveSigningKey } from '#pds/host/index.ts'

/** The key of an account's public repository, on disk before anybody hears of it. @returns did:key, the same every time */
export async function signingKeyOf(pds: PdsContext, did: Did): Promise<string> {
  const { accountManager, actorStore } = pds
  if ((await accountManager.getAccount(did)) !== null) return (await actorStore.keypair(did)).did()
  return reserveSigningKey({ did, pds })
}
