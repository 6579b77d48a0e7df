import { isValidDid } from '@atproto/syntax'
import { decodeFrame, type Frame, SyncViolation, skimFrame } from '#common/sync/index.ts'
import type { MirrorContext } from '../context.ts'
import { collections } from '../records/collections.ts'
import { discover, markBehind } from '../repos.ts'
import { applyCommit } from './apply-commit.ts'
import { applyAccount, applyIdentity } from './apply-notice.ts'
import { applySync } from './apply-sync.ts'

/** What became of a message. */
export type Outcome =
  | { kind: 'skipped' | 'applied'; seq: number; time: unknown }
  /** Nothing that has a number. */
  | { kind: 'none' }
  | { kind: 'outdated' }
  | { kind: 'refused'; code: string }

/** Takes one message of a public relay. */
export async function applyFrame(context: MirrorContext, bytes: Uint8Array): Promise<Outcome> {
  const { parties, tracked } = context
  const skipped = skimFrame(bytes, { account: (did) => parties !== undefined || tracked.has(did), collections })
  if (skipped !== undefined) return { kind: 'skipped', ...skipped }
  const frame = decode(context, bytes)
  if (frame === undefined || frame.kind === 'unknown') return { kind: 'none' }
  if (frame.kind === 'error') return { kind: 'refused', code: frame.error }
  if (frame.kind === 'info') return { kind: frame.event.name === 'OutdatedCursor' ? 'outdated' : 'none' }
  await applyEvent(context, frame)
  return { kind: 'applied', seq: frame.event.seq, time: frame.event.time }
}

async function applyEvent(context: MirrorContext, frame: Extract<Frame, { raw: unknown }>): Promise<void> {
  const did = frame.kind === 'commit' ? frame.event.repo : frame.event.did
  if (!context.tracked.has(did)) return takeUp(context, did)
  switch (frame.kind) {
    case 'commit':
      return orBehind(context, did, () => applyCommit(context, frame.event))
    case 'sync':
      return orBehind(context, did, () => applySync(context, frame.event))
    case 'identity':
      return applyIdentity(context, frame.event)
    case 'account':
      return applyAccount(context, frame.event)
  }
}

/**
 * An event that cannot be applied, whatever is wrong with it or us, must not hold up those of everybody else behind it: its repository is
 * read whole, and that is tried for ever.
 * @throws Error when not even that can be written down; the same event comes again
 */
async function orBehind(context: MirrorContext, did: string, apply: () => Promise<void>): Promise<void> {
  try {
    await apply()
  } catch (err) {
    context.log.warn({ did, err }, 'a public event could not be applied; its repository is read again')
    await markBehind(context.db, did)
    context.onWaiting()
  }
}

/** Its first package, or on a host of which all are mirrored its first word. What it wrote before that, only its PDS says. */
async function takeUp(context: MirrorContext, did: string): Promise<void> {
  if (!isValidDid(did) || context.tracked.size >= maxAccountsOf(context)) return
  await discover(context.db, [did])
  context.track(did)
  context.onWaiting()
}

/** Of everybody's relays, as many as have packages. */
function maxAccountsOf({ parties }: MirrorContext): number {
  return parties?.maxAccounts ?? Number.POSITIVE_INFINITY
}

function decode({ log }: MirrorContext, bytes: Uint8Array): Frame | undefined {
  try {
    return decodeFrame(bytes)
  } catch (error) {
    if (!(error instanceof SyncViolation)) throw error
    log.warn({ err: error }, 'a malformed frame of a public relay was dropped')
    return undefined
  }
}
