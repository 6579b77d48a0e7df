import type { Account } from '#common/identity/index.ts'
import { SyncViolation } from '#common/sync/index.ts'

/**
 * Verifies with the key at hand and, when the signature is wrong, once more with the account fetched anew: keys rotate.
 * @param refresh asks the directory
 * @throws what `verify` throws
 */
export async function withCurrentKey<Verified>(
  account: Account,
  refresh: () => Promise<Account>,
  verify: (account: Account) => Verified,
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
