import { SyncViolation } from '#common/sync/index.ts'
import type { RepoAccount } from '../upstream/repo-identities.ts'

/**
 * Verifies with the key at hand and, when the signature is wrong, once more with the account fetched anew: keys rotate.
 * @param refresh asks the directory
 * @throws what `verify` throws
 */
export async function withCurrentKey<Verified>(
  account: RepoAccount,
  refresh: () => Promise<RepoAccount>,
  verify: (account: RepoAccount) => Verified,
): Promise<Verified> {
  try {
    return verify(account)
  } catch (error) {
    if (!(error instanceof SyncViolation) || error.reason !== 'bad-signature') throw error
    const fresh = await refresh()
    if (fresh.signingKey === account.signingKey) throw error
    return verify(fresh)
  }
}
