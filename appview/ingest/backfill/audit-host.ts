import type { AccountRole } from '#common/identity/index.ts'
import { applyChanges } from '../apply/apply-changes.ts'
import { Impact } from '../apply/impact.ts'
import type { IngestContext } from '../context.ts'
import {
  findRepo,
  type IndexedRepo,
  isMember,
  markDesynchronised,
  rememberAccount,
  switchRepo,
  updateRepo,
} from '../repos.ts'
import { writeAlone } from '../write-alone.ts'
import { type ListedRepo, listRepos } from './list-repos.ts'

/**
 * Compares what a host says it has with the index, and has everything read whole that is missing or behind.
 * @param tolerated repositories that were behind in the audit before at another rev: the relay may just be on its way
 * @returns did → rev of the repositories that are behind and tolerated once more
 */
export async function auditHost(
  context: IngestContext,
  role: AccountRole,
  tolerated: ReadonlyMap<string, string> | undefined,
): Promise<Map<string, string>> {
  const late = new Map<string, string>()
  for await (const listed of listRepos(context.hosts[role], context.stopping)) {
    const known = await findRepo(context.db, listed.did)
    if (known === undefined) await discover(context, role, listed)
    else await compare(context, known, listed, tolerated, late)
  }
  return late
}

/** Hosts may list whom they want: whose repository is where, the operation log says. */
async function discover(context: IngestContext, role: AccountRole, { did, active }: ListedRepo): Promise<void> {
  const account = await context.identities.resolve(did)
  if (!isMember(account) || account.role !== role) return
  await writeAlone(context.db, async (tx) => {
    await rememberAccount(tx, account, new Impact())
    await updateRepo(tx, did, { active })
  })
  context.onDesynchronised()
}

async function compare(
  context: IngestContext,
  known: IndexedRepo,
  { did, rev, active }: ListedRepo,
  tolerated: ReadonlyMap<string, string> | undefined,
  late: Map<string, string>,
): Promise<void> {
  if (known.active !== active) await setActive(context, known, active)
  if (known.state !== 'synchronised' || (known.rev !== null && known.rev >= rev)) return
  if (tolerated !== undefined && !tolerated.has(did)) {
    late.set(did, rev)
    return
  }
  await writeAlone(context.db, (tx) => markDesynchronised(tx, did))
  context.onDesynchronised()
}

async function setActive(context: IngestContext, { did, role }: IndexedRepo, active: boolean): Promise<void> {
  await writeAlone(context.db, async (tx, { backfilled }) => {
    const impact = await switchRepo(tx, { did, role }, active)
    await applyChanges({ ...context.setting, tx, changes: [], impact }, { conclude: backfilled })
  })
}
