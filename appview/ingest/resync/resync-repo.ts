import { readBounded } from '#common/bodies/index.ts'
import { AtollError } from '#common/errors/index.ts'
import { readRepo, SyncViolation, type VerifiedRepo } from '#common/sync/index.ts'
import { atproto } from '#lexicons'
import { network } from '../../schema/index.ts'
import { applyChanges } from '../apply/apply-changes.ts'
import { Impact } from '../apply/impact.ts'
import type { IngestContext } from '../context.ts'
import { findRepo, isMember, type Member, rememberAccount, updateRepo } from '../repos.ts'
import { writeAlone } from '../write-alone.ts'
import { diffRepo } from './diff-repo.ts'

const maxRepoBytes = 512_000_000
const timeoutMs = 120_000

/**
 * Reads a repository whole from its PDS, verifies it, and brings the index to it, deletions included.
 * @returns how many records were not as the repository has them
 * @throws AtollError, SyncViolation when it cannot be had; it stays desynchronised
 */
export async function resyncRepo(context: IngestContext, did: string): Promise<number> {
  await writeAlone(context.db, (tx) => updateRepo(tx, did, { dirty: false }))
  const account = await memberOf(context, did, false)
  const car = await fetchRepo(context, account)
  const previous = await previousOf(context, did)
  const repo = await readWithFreshKey(context, account, (signingKey) =>
    readRepo(car, { did, signingKey, previous, now: context.clock.now() }),
  )
  return store(context, account, repo)
}

function store(context: IngestContext, account: Member, repo: VerifiedRepo): Promise<number> {
  return writeAlone(context.db, async (tx, progress) => {
    const impact = new Impact()
    const before = await rememberAccount(tx, account, impact)
    // The firehose may have been faster than we: then there is nothing older to go back to.
    if (before.rev !== null && before.rev > repo.rev) return 0
    const stored = await tx
      .selectFrom('record')
      .where('network', '=', network)
      .where('did', '=', repo.did)
      .select(['collection', 'rkey', 'cid'])
      .execute()
    const changes = diffRepo(repo, account.role, stored)
    const state = before.dirty ? 'desynchronised' : 'synchronised'
    await updateRepo(tx, repo.did, { rev: repo.rev, data: repo.data, state })
    await applyChanges({ ...context.setting, tx, changes, impact }, { conclude: progress.backfilled })
    context.setting.log.info({ did: repo.did, rev: repo.rev, changes: changes.length }, 'a repository was read whole')
    return changes.length
  })
}

async function fetchRepo({ hosts, stopping }: IngestContext, { did, role }: Member): Promise<Buffer> {
  const response = await hosts[role].fetch(atproto.getRepo, { did }, { timeoutMs, signal: stopping })
  return readBounded(response.body, maxRepoBytes)
}

async function previousOf({ db }: IngestContext, did: string) {
  const repo = await findRepo(db, did)
  return repo === undefined || repo.rev === null || repo.data === null ? undefined : { rev: repo.rev, data: repo.data }
}

async function memberOf({ identities }: IngestContext, did: string, fresh: boolean): Promise<Member> {
  const account = await identities.resolve(did, { fresh })
  if (isMember(account)) return account
  throw new AtollError('IdentityInvalid', { did, reason: 'it is no account of this network' })
}

async function readWithFreshKey(
  context: IngestContext,
  account: Member,
  read: (signingKey: string) => VerifiedRepo,
): Promise<VerifiedRepo> {
  try {
    return read(account.signingKey)
  } catch (error) {
    if (!(error instanceof SyncViolation) || error.reason !== 'bad-signature') throw error
    return read((await memberOf(context, account.did, true)).signingKey)
  }
}
