import { verifySignature } from '#common/crypto/index.ts'
import type { Commit } from '../open-commit.ts'
import { SyncViolation } from '../violation.ts'

/**
 * The commit is signed by the account's key. Keys rotate: on failure the caller refreshes the identity, once.
 * @throws SyncViolation bad-signature
 */
export function checkSignature({ commit, repo }: { commit: Commit; repo: { signingKey: string } }): void {
  if (verifySignature(repo.signingKey, commit.unsigned, commit.signature)) return
  throw new SyncViolation('bad-signature', `commit ${commit.cid} is not signed by ${repo.signingKey}`)
}
