import { AtollError } from '#common/errors/index.ts'
import type { Account } from '#common/identity/index.ts'
import { SyncViolation } from '#common/sync/index.ts'
import type { IngestContext } from '../context.ts'
import { findRepo, markDesynchronised } from '../repos.ts'
import { writeAlone } from '../write-alone.ts'

/**
 * Runs `act` with the account a DID belongs to; once more with the account as the directory has it now, when the
 * signature does not fit the key we remembered. If it still does not, or nobody can tell, the event is not applied: then
 * only reading the repository again can say what is true.
 */
export async function withFreshKey(
  context: IngestContext,
  did: string,
  act: (account: Account | undefined) => Promise<void>,
): Promise<void> {
  const { identities, setting } = context
  try {
    return await act(await identities.resolve(did))
  } catch (error) {
    if (!isBadSignature(error)) return await passOver(context, did, error)
  }
  try {
    await act(await identities.resolve(did, { fresh: true }))
  } catch (error) {
    if (!isBadSignature(error)) return await passOver(context, did, error)
    setting.log.error({ alarm: 'forged-commit', did, err: error }, 'a commit is not signed by its account')
  }
}

/** @throws error when it is ours, not the directory's: then the event comes again. */
async function passOver(context: IngestContext, did: string, error: unknown): Promise<void> {
  if (!(error instanceof AtollError)) throw error
  context.setting.log.warn({ did, err: error }, 'an account could not be resolved; its repository is read again')
  await writeAlone(context.db, async (tx) => {
    if ((await findRepo(tx, did)) !== undefined) await markDesynchronised(tx, did)
  })
  context.onDesynchronised()
}

function isBadSignature(error: unknown): boolean {
  return error instanceof SyncViolation && error.reason === 'bad-signature'
}
