import { type SyncEvent, verifySync } from '#common/sync/index.ts'
import { checkAccountIsActive } from '../verify/check-account-is-active.ts'
import { findAuthoritativeAccount } from '../verify/find-authoritative-account.ts'
import { knownRepo } from '../verify/known-repo.ts'
import { withCurrentKey } from '../verify/with-current-key.ts'
import type { HostContext } from './host-context.ts'

/** The account says in which state its repository is. Subscribers fetch it; all we keep of a repository is its state. */
export async function receiveSync(host: HostContext, event: SyncEvent, raw: Record<string, unknown>): Promise<void> {
  const { did, seq } = event
  const account = await findAuthoritativeAccount(host.identities, did, host.url)
  const state = await host.log.findRepo(did)
  checkAccountIsActive(state)
  const refresh = () => findAuthoritativeAccount(host.identities, did, host.url, { fresh: true })
  const { rev, data, cid } = await withCurrentKey(account, refresh, (current) =>
    verifySync(event, knownRepo(current, state, host.clock.now())),
  )
  // A PDS repeats the state of a new account, whose first commit just said the same.
  if (rev === state?.rev) return
  await host.writer.appendState(
    { host: host.url, cursor: seq },
    { type: 'sync', did, rev, data, commit: cid, expectedRev: state?.rev ?? null, body: raw },
  )
}
