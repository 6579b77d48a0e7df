import type { WebSocket } from 'ws'
import { encodeErrorFrame, encodeFrame } from '#common/sync/index.ts'
import type { EventLog, LogFollower } from '../log/index.ts'
import type { StartingPoint } from './starting-point.ts'

/** Read from the log at a time; together with one frame in flight, all that is ever held for a subscriber. */
const batchSize = 32

export interface Subscription {
  log: EventLog
  follower: LogFollower
  start: StartingPoint
  /** How long one frame may take to be taken. */
  slowMs: number
}

/**
 * Sends a subscriber what is in the log and then what comes, in order, until it goes or `signal` aborts.
 * Replay and live events are the same loop over the same table, so nothing can fall between them.
 * @throws Error when the connection breaks, or a frame is not taken in time
 */
export async function sendEvents(socket: WebSocket, subscription: Subscription, signal: AbortSignal): Promise<void> {
  const { log, follower, start, slowMs } = subscription
  if (start.kind === 'future') {
    await send(socket, encodeErrorFrame('FutureCursor', 'The cursor is beyond the newest event.'), slowMs)
    socket.close(1008, 'FutureCursor')
    return
  }
  if (start.outdated) {
    const message = 'Events after this cursor were forgotten; what follows begins with the oldest one.'
    await send(socket, encodeFrame('#info', { name: 'OutdatedCursor', message }), slowMs)
  }
  let sent = start.seq
  while (!signal.aborted) {
    const events = await log.read(sent, batchSize)
    for (const { seq, frame } of events) {
      if (signal.aborted) return
      if (frame !== undefined) await send(socket, frame, slowMs)
      sent = seq
    }
    if (events.length === 0) await follower.waitBeyond(sent, signal)
  }
}

function send(socket: WebSocket, frame: Uint8Array, slowMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('the subscriber is too slow')), slowMs)
    socket.send(frame, { binary: true }, (error) => {
      clearTimeout(timer)
      if (error) reject(error)
      else resolve()
    })
  })
}
