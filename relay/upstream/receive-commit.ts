import { type CommitEvent, SyncViolation, verifyCommit } from '#common/sync/index.ts'
import { checkAccountIsActive } from '../verify/check-account-is-active.ts'
import { findAuthoritativeAccount } from '../verify/find-authoritative-account.ts'
import { knownRepo } from '../verify/known-repo.ts'
import { withCurrentKey } from '../verify/with-current-key.ts'
import { collectionsGone } from './collections-gone.ts'
import { collectionsIn } from './collections-in.ts'
import type { HostContext } from './host-context.ts'
import { resync } from './resync.ts'

/** A commit is stored if it follows the state at hand; if something is missing between, the repository is fetched. */
export async function receiveCommit(
  host: HostContext,
  event: CommitEvent,
  raw: Record<string, unknown>,
): Promise<void> {
  const { repo: did, seq } = event
  const account = await findAuthoritativeAccount(host.identities, did, host.url)
  const state = await host.log.findRepo(did)
  checkAccountIsActive(state)
  const refresh = () => findAuthoritativeAccount(host.identities, did, host.url, { fresh: true })
  try {
    const { rev, data, cid, ops } = await withCurrentKey(account, refresh, (current) =>
      verifyCommit(event, knownRepo(current, state, host.clock.now())),
    )
    await host.writer.appendState(
      { host: host.url, cursor: seq },
      {
        ...{ type: 'commit', did, rev, data, commit: cid, expectedRev: state?.rev ?? null, body: raw },
        collections: { named: collectionsIn(ops), gone: collectionsGone(event.blocks, ops), complete: false },
      },
    )
  } catch (error) {
    if (!(error instanceof SyncViolation) || error.reason !== 'gap') throw error
    await resync(host, did, seq)
  }
}
