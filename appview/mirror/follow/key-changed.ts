import type { MirrorContext } from '../context.ts'
import { findMirrored, markBehind, rememberIdentity } from '../repos.ts'

/**
 * After a signature that does not fit: asks the directory once. If nobody can tell, only reading the repository again says what is true.
 * @returns whether the account has another key now
 */
export async function keyChanged(context: MirrorContext, did: string): Promise<boolean> {
  const { db, identities, log } = context
  try {
    const before = await findMirrored(db, did)
    const account = await identities.resolve(did, { fresh: true })
    if (account === undefined || account.signingKey === before?.signing_key) {
      log.warn({ did }, 'a public commit is not signed by its account')
      return false
    }
    await rememberIdentity(db, account)
    return true
  } catch (err) {
    log.warn({ did, err }, 'a public account could not be resolved; its repository is read again')
    await markBehind(db, did)
    context.onWaiting()
    return false
  }
}
