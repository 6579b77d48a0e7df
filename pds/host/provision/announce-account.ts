import type { NewAccount } from './context.ts'

type Handle = `${string}.${string}`

/** Tells the firehose; after a crash perhaps a second time, which readers bear. */
export async function announceAccount({ did, handle, commit, pds }: NewAccount): Promise<void> {
  if (commit !== undefined) {
    await pds.sequencer.sequenceAccountCreation(did, handle as Handle, commit)
  } else {
    const state = await pds.actorStore.read(did, ({ repo }) => repo.getSyncEventData())
    const { status } = await pds.accountManager.getAccountStatus(did)
    await pds.sequencer.sequenceAccountActivation(did, handle as Handle, status, state)
  }
  await pds.actorStore.clearReservedKeypair(await signingKeyOf(pds, did), did)
}

async function signingKeyOf({ actorStore }: NewAccount['pds'], did: string): Promise<string> {
  return (await actorStore.keypair(did)).did()
}
