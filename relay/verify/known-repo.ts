import type { KnownRepo } from '#common/sync/index.ts'
import type { RepoState } from '../log/index.ts'
import type { RepoAccount } from '../upstream/repo-identities.ts'

/** A repository as `common/sync` wants to know it. @param now milliseconds since the epoch */
export function knownRepo(account: RepoAccount, state: RepoState | undefined, now: number): KnownRepo {
  const { rev = null, data = null } = state ?? {}
  const previous = rev === null || data === null ? undefined : { rev, data }
  return { did: account.did, signingKey: account.signingKey, previous, now }
}
