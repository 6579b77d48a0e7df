import { setTimeout as delay } from 'node:timers/promises'
import { AtollError } from '#common/errors/index.ts'
import { forEachBounded } from '#common/slots/index.ts'
import { auditHost } from '../ingest/backfill/audit-host.ts'
import { resyncRepo } from '../ingest/resync/resync-repo.ts'
import { network } from '../schema/index.ts'
import type { Rebuild } from './context.ts'

const workers = 2
const attempts = 4
const pauseMs = 500

/** Reads every repository whole from its PDS, as if there had never been an index. */
export async function readRepositories(rebuild: Rebuild): Promise<void> {
  rebuild.report({ stage: 'list' })
  for (const role of ['people', 'org'] as const) await auditHost(rebuild.ingest, role, undefined)
  await readUnsynchronised(rebuild)
}

/**
 * Reads the repositories that were not read yet, or that cannot be followed.
 * @throws RebuildFailed when one of an active account cannot be had
 */
export async function readUnsynchronised(rebuild: Rebuild): Promise<void> {
  const unsynchronised = await rebuild.next
    .selectFrom('repo')
    .where('network', '=', network)
    .where('state', '<>', 'synchronised')
    .select(['did', 'active'])
    .execute()
  const repos = unsynchronised.filter(({ did }) => !rebuild.unreadable.has(did))
  let [done, records] = [0, 0]
  await forEachBounded(repos, workers, async ({ did, active }) => {
    records += await readOne(rebuild, did, active)
    done += 1
    rebuild.report({ stage: 'read', did, done, total: repos.length, records })
  })
}

/** Of people who have left the repositories are read, too: what they attested stays, and says how it came to be. */
async function readOne({ ingest, stop, unreadable }: Rebuild, did: string, active: boolean): Promise<number> {
  for (let attempt = 1; ; attempt += 1) {
    stop.throwIfAborted()
    try {
      return await resyncRepo(ingest, did)
    } catch (error) {
      if (attempt < attempts) await delay(pauseMs * attempt, undefined, { signal: stop })
      else if (active)
        throw new AtollError('RebuildFailed', { reason: `the repository of ${did} cannot be read` }, error)
      else {
        // What is missing then shows as a difference.
        unreadable.add(did)
        return 0
      }
    }
  }
}
