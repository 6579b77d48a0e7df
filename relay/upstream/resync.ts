import { AtollError } from '#common/errors/index.ts'
import { readRepo, type VerifiedRepo } from '#common/sync/index.ts'
import type { RepoState } from '../log/index.ts'
import { findAuthoritativeAccount } from '../verify/find-authoritative-account.ts'
import { knownRepo } from '../verify/known-repo.ts'
import { Refusal } from '../verify/refusal.ts'
import { withCurrentKey } from '../verify/with-current-key.ts'
import { collectionsIn } from './collections-in.ts'
import { fetchRepo } from './fetch-repo.ts'
import type { HostContext } from './host-context.ts'
import { syncBody } from './sync-body.ts'

/**
 * Fetches and verifies a whole repository whose commits we missed, and tells subscribers its state with a `#sync`:
 * they fetch it and find what was written and deleted meanwhile.
 * @param cursor how far the host has been read
 * @throws Refusal, SyncViolation: the state stays as it was; the next commit or crawl tries again
 */
export async function resync(host: HostContext, did: string, cursor: number): Promise<void> {
  const state = await host.log.findRepo(did)
  const repo = await fetchVerified(host, did, state)
  if (repo.rev === state?.rev) return
  host.logger.info({ host: host.url, did, from: state?.rev, to: repo.rev }, 'repository fetched anew')
  const { rev, data, cid } = repo
  const body = await syncBody(repo, new Date(host.clock.now()))
  await host.writer.appendState(
    { host: host.url, cursor },
    {
      ...{ type: 'sync', did, rev, data, commit: cid, expectedRev: state?.rev ?? null, body },
      collections: { named: collectionsIn(repo.records), complete: true },
    },
  )
}

async function fetchVerified(host: HostContext, did: string, state: RepoState | undefined): Promise<VerifiedRepo> {
  const account = await findAuthoritativeAccount(host.identities, did, host.url)
  const car = await fetchRepo(host, did).catch((error) => {
    // The host is what failed, and it will be asked again; anything else is ours.
    if (error instanceof AtollError) throw new Refusal('resync-failed', did, error)
    throw error
  })
  const refresh = () => findAuthoritativeAccount(host.identities, did, host.url, { fresh: true })
  return withCurrentKey(account, refresh, (current) => readRepo(car, knownRepo(current, state, host.clock.now())))
}
