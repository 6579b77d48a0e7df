import { decodeFrame, type Frame } from '#common/sync/index.ts'
import { checkSeqRises } from '../verify/check-seq-rises.ts'
import { dropReasonOf, Refusal } from '../verify/refusal.ts'
import type { HostContext } from './host-context.ts'
import { receiveAccount } from './receive-account.ts'
import { receiveCommit } from './receive-commit.ts'
import { receiveIdentity } from './receive-identity.ts'
import { receiveSync } from './receive-sync.ts'

/** How far the host was read on this connection. */
export interface Progress {
  cursor: number
  /** The time of that event, as the host says it. */
  at?: string
}

/** The host says that it cannot serve us; the connection is over. */
export class HostError extends Error {
  readonly code: string

  constructor(code: string, message = '') {
    super(`the host says ${code} ${message}`)
    this.name = 'HostError'
    this.code = code
  }
}

/**
 * Takes one message of a host: what verifies is stored, what does not is dropped and counted, and the host goes on.
 * @throws HostError, and whatever keeps us from deciding (directory or database away): the event must come again
 */
export async function receive(host: HostContext, message: Uint8Array | string, progress: Progress): Promise<void> {
  try {
    if (typeof message === 'string') throw new Refusal('malformed-frame', 'text instead of bytes')
    await receiveFrame(host, decodeFrame(message), progress)
  } catch (error) {
    const reason = dropReasonOf(error)
    if (reason === undefined) throw error
    host.drops.count(reason, host.url, error)
  }
}

async function receiveFrame(host: HostContext, frame: Frame, progress: Progress): Promise<void> {
  switch (frame.kind) {
    case 'error':
      throw new HostError(frame.error, frame.message)
    case 'info':
      // OutdatedCursor: the crawl at the start of every connection fetches what the host's log no longer has.
      return host.logger.warn({ host: host.url, info: frame.event }, 'the host says')
    case 'unknown':
      return
    default:
      host.arrivals.read(host.url, frame)
      checkSeqRises(frame.event.seq, progress.cursor)
      // Also when it is dropped: it would be dropped again.
      await receiveEvent(host, frame).catch((error) => {
        if (dropReasonOf(error) !== undefined) advance(progress, frame.event)
        throw error
      })
      advance(progress, frame.event)
      host.arrivals.stored(frame)
  }
}

function advance(progress: Progress, { seq, time }: { seq: number; time: string }): void {
  progress.cursor = seq
  progress.at = time
}

function receiveEvent(host: HostContext, frame: Extract<Frame, { raw: object }>): Promise<void> {
  switch (frame.kind) {
    case 'commit':
      return receiveCommit(host, frame.event, frame.raw)
    case 'sync':
      return receiveSync(host, frame.event, frame.raw)
    case 'identity':
      return receiveIdentity(host, frame.event, frame.raw)
    case 'account':
      return receiveAccount(host, frame.event, frame.raw)
  }
}
