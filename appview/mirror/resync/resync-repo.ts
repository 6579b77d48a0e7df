import { readBounded } from '#common/bodies/index.ts'
import { AtollError } from '#common/errors/index.ts'
import type { PublicAccount } from '#common/identity/index.ts'
import { readRepo, type VerifiedRepo } from '#common/sync/index.ts'
import { atproto } from '#lexicons'
import { publicNetwork as network, type Tx } from '../../schema/index.ts'
import type { MirrorContext } from '../context.ts'
import { isMirrored } from '../records/collections.ts'
import { bytesOf, type MirroredRecord } from '../records/mirrored-record.ts'
import { putRecords } from '../records/put-records.ts'
import { findMirrored, lockMirrored, rememberIdentity, updateMirrored } from '../repos.ts'

const timeoutMs = 120_000

/**
 * Reads a repository whole from the PDS that its operation log names, verifies it, and brings the mirror to it, deletions included.
 * @throws AtollError, SyncViolation when it cannot be had; it stays behind
 */
export async function resyncRepo(context: MirrorContext, did: string): Promise<void> {
  const { db, identities } = context
  await updateMirrored(db, did, { dirty: false })
  const account = await identities.resolve(did, { fresh: true })
  if (account === undefined) throw new AtollError('IdentityInvalid', { did, reason: 'the directory does not know it' })
  await rememberIdentity(db, account)
  const car = await fetchRepo(context, account)
  const before = await findMirrored(db, did)
  const previous = before?.rev == null || before.data === null ? undefined : { rev: before.rev, data: before.data }
  const { signingKey } = account
  const repo = readRepo(car, { did, signingKey, previous, now: context.clock.now() })
  if (await db.transaction().execute((tx) => store(context, tx, repo))) context.onPackages()
}

async function store({ clock, log }: MirrorContext, tx: Tx, repo: VerifiedRepo): Promise<boolean> {
  const { did, rev, data } = repo
  const before = await lockMirrored(tx, did)
  // The firehose may have been faster than we.
  if (before === undefined || (before.rev !== null && before.rev > rev)) return false
  const stored = await tx
    .selectFrom('mirror_record')
    .where('network', '=', network)
    .where('did', '=', did)
    .select(['collection', 'rkey', 'cid'])
    .execute()
  const changes = differences(repo, stored)
  const bytes = bytesOf(repo.records.filter(isMirrored))
  await updateMirrored(tx, did, { rev, data, bytes, state: before.dirty ? 'desynchronised' : 'synchronised' })
  log.info({ did, rev, changes: changes.length }, 'a public repository was read whole')
  return putRecords(tx, did, changes, new Date(clock.now()))
}

/** Also which records are gone. */
function differences(
  { records }: VerifiedRepo,
  stored: readonly { collection: string; rkey: string; cid: string }[],
): MirroredRecord[] {
  const before = new Map(stored.map((one) => [`${one.collection}/${one.rkey}`, one]))
  const mirrored = records.filter(isMirrored)
  const changed = mirrored.filter(({ collection, rkey, cid }) => before.get(`${collection}/${rkey}`)?.cid !== cid)
  for (const { collection, rkey } of mirrored) before.delete(`${collection}/${rkey}`)
  const gone = Array.from(before.values(), ({ collection, rkey }) => ({
    collection,
    rkey,
    cid: null,
    record: undefined,
  }))
  return [...gone, ...changed]
}

/** Whoever runs that PDS: it is bounded in size and time, and its address is not inside. */
async function fetchRepo({ outbound, config, stopping }: MirrorContext, { did, pds }: PublicAccount): Promise<Buffer> {
  const address = `${pds}/xrpc/${atproto.getRepo}?${new URLSearchParams({ did })}`
  const limits = { maxBytes: config.maxRepoBytes, timeoutMs }
  const response = await outbound.fetch(address, {
    ...limits,
    discovered: true,
    signal: stopping,
    about: { package: did },
  })
  if (response.status === 200) return readBounded(response.body, config.maxRepoBytes)
  response.body.destroy()
  throw new AtollError('UpstreamUnavailable', { package: did, reason: `its PDS answers ${response.status}` })
}
