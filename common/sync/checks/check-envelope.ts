import { SyncViolation } from '../violation.ts'
import type { OpenedCommit } from './context.ts'

/**
 * What the event says of the commit is what the signed commit says of itself.
 * @throws SyncViolation envelope-mismatch
 */
export function checkEnvelope({ event, commit, repo }: OpenedCommit): void {
  if (event.repo !== repo.did || commit.did !== repo.did)
    throw new SyncViolation('envelope-mismatch', 'another account')
  if (event.rev !== commit.rev) throw new SyncViolation('envelope-mismatch', `rev ${event.rev}, signed ${commit.rev}`)
  if (event.commit !== commit.cid)
    throw new SyncViolation('envelope-mismatch', `commit ${event.commit} is not the root`)
}
