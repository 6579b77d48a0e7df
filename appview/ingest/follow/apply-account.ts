import type { AccountEvent } from '#common/sync/index.ts'
import { applyChanges } from '../apply/apply-changes.ts'
import type { IngestContext } from '../context.ts'
import { findRepo, switchRepo } from '../repos.ts'
import { storeCursor, writeAlone } from '../write-alone.ts'

/**
 * An account was taken down, or is back. Nobody signs this, so a broken relay could lie about it; that lets it keep
 * things from counting, or somebody's own signatures count again, but never makes anything up. The audit asks the hosts.
 */
export async function applyAccount(context: IngestContext, { did, active, seq }: AccountEvent): Promise<void> {
  await writeAlone(context.db, async (tx, { backfilled }) => {
    await storeCursor(tx, seq)
    const repo = await findRepo(tx, did)
    if (repo === undefined || repo.active === active) return
    const impact = await switchRepo(tx, repo, active)
    await applyChanges({ ...context.setting, tx, changes: [], impact }, { conclude: backfilled })
  })
}
