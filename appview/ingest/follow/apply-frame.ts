import { secondsSince } from '#common/metrics/index.ts'
import { decodeFrame, type Frame, SyncViolation } from '#common/sync/index.ts'
import type { IngestContext } from '../context.ts'
import { applyAccount } from './apply-account.ts'
import { applyCommit } from './apply-commit.ts'
import { applyIdentity } from './apply-identity.ts'
import { applySync } from './apply-sync.ts'

/** The relay ends the connection, and says why. */
export class RelayError extends Error {
  readonly code: string

  constructor(code: string, message: string | undefined) {
    super(`the relay says ${code}: ${message ?? ''}`)
    this.code = code
  }
}

interface Applied {
  seq: number
  at?: string
}

/**
 * Applies one message of the relay's firehose.
 * @param after seq of the last event applied; what is not after it was sent before
 * @returns seq of this event and its time, as its host says it; `after` alone when it is none
 * @throws RelayError when the relay ends the connection
 */
export async function applyFrame(context: IngestContext, bytes: Uint8Array, after: number): Promise<Applied> {
  const frame = decode(context, bytes)
  if (frame === undefined || frame.kind === 'unknown') return { seq: after }
  if (frame.kind === 'error') throw new RelayError(frame.error, frame.message)
  if (frame.kind === 'info') {
    if (frame.event.name === 'OutdatedCursor') context.onEventsMissing()
    return { seq: after }
  }
  if (frame.event.seq <= after) return { seq: after }
  await applyEvent(context, frame)
  note(context, frame)
  return { seq: frame.event.seq, at: frame.event.time }
}

function note({ clock, setting, recordDelay }: IngestContext, frame: { kind: string; event: { time: string } }): void {
  setting.tallies.events.count({ kind: frame.kind })
  const seconds = secondsSince(frame.event.time, clock.now())
  if (seconds !== undefined) recordDelay(seconds)
}

async function applyEvent(context: IngestContext, frame: Extract<Frame, { raw: unknown }>): Promise<void> {
  switch (frame.kind) {
    case 'commit':
      return applyCommit(context, frame.event)
    case 'sync':
      return applySync(context, frame.event)
    case 'identity':
      return applyIdentity(context, frame.event)
    case 'account':
      return applyAccount(context, frame.event)
  }
}

function decode({ setting }: IngestContext, bytes: Uint8Array): Frame | undefined {
  try {
    return decodeFrame(bytes)
  } catch (error) {
    if (!(error instanceof SyncViolation)) throw error
    setting.log.warn({ err: error }, 'a malformed frame was dropped')
    return undefined
  }
}
