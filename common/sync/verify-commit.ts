import { checkEnvelope } from './checks/check-envelope.ts'
import { checkOps } from './checks/check-ops.ts'
import { checkOpsInvert } from './checks/check-ops-invert.ts'
import { checkPrevData } from './checks/check-prev-data.ts'
import { checkRecordsAreThere } from './checks/check-records-are-there.ts'
import { checkRevIsNewer } from './checks/check-rev-is-newer.ts'
import { checkRevIsNotInFuture } from './checks/check-rev-is-not-in-future.ts'
import { checkSignature } from './checks/check-signature.ts'
import { checkSize } from './checks/check-size.ts'
import type { KnownRepo, OpenedCommit, ReceivedCommit } from './checks/context.ts'
import type { CommitEvent } from './frames/shapes.ts'
import { openCommit } from './open-commit.ts'

type Check<Context> = (context: Context) => void

/** What is asked of a commit event, in this order: first the cheap questions about the envelope, … */
const envelopeChecks = [checkRevIsNewer, checkSize, checkOps] as const satisfies Check<ReceivedCommit>[]

/** … then, its blocks opened, who signed it, and whether it does exactly what it says. */
const commitChecks = [
  checkRevIsNotInFuture,
  checkSignature,
  checkEnvelope,
  checkPrevData,
  checkOpsInvert,
  checkRecordsAreThere,
] as const satisfies Check<OpenedCommit>[]

export interface VerifiedOp {
  action: 'create' | 'update' | 'delete'
  collection: string
  rkey: string
  /** CID of the record as it is now; null when it was deleted. */
  cid: string | null
  /** CID of the record as it was before; null when it was created. */
  prev: string | null
  /** DAG-CBOR of the record as it is now; undefined when it was deleted. */
  record: Uint8Array | undefined
}

export interface VerifiedCommit {
  did: string
  /** CID of the commit. */
  cid: string
  rev: string
  /** CID of the tree: what the next commit's prevData must be. */
  data: string
  since: string | null
  ops: VerifiedOp[]
}

/**
 * Strict verification of a `#commit` event (sync 1.1: https://atproto.com/specs/sync#commit-validation).
 * @throws SyncViolation `gap`: verified as far as that goes, but not what follows the known state, so fetch the repository;
 *   `bad-signature`: try again, once, with the account's key fetched anew; anything else: drop the event
 */
export function verifyCommit(event: CommitEvent, repo: KnownRepo): VerifiedCommit {
  for (const check of envelopeChecks) check({ event, repo })
  const opened = { event, repo, ...openCommit(event.blocks) }
  for (const check of commitChecks) check(opened)
  return summarise(opened)
}

function summarise({ event, commit, blocks }: OpenedCommit): VerifiedCommit {
  const ops = event.ops.map(({ action, path, cid, prev }) => {
    const [collection = '', rkey = ''] = path.split('/')
    return { action, collection, rkey, cid, prev: prev ?? null, record: cid === null ? undefined : blocks.get(cid) }
  })
  return { did: commit.did, cid: commit.cid, rev: commit.rev, data: commit.data, since: event.since ?? null, ops }
}
