import type { WebSocket } from 'ws'
import { encodeErrorFrame, encodeFrame } from '#common/sync/index.ts'
import type { EventLog, LogFollower } from '../log/index.ts'
import { startingPoint } from './starting-point.ts'

/** Read from the log at a time; together with one frame in flight, all that is ever held for a subscriber. */
const batchSize = 32

export interface Subscription {
  log: EventLog
  follower: LogFollower
  cursor: number | undefined
  /** How long one frame may take to be taken. */
  slowMs: number
}

/**
 * Sends a subscriber what is in the log and then what comes, in order, until it goes or `signal` aborts.
 * Replay and live events are the same loop over the same table, so nothing can fall between them.
 */
export async function sendEvents(socket: WebSocket, subscription: Subscription, signal: AbortSignal): Promise<void> {
  const { log, follower, cursor, slowMs } = subscription
  const start = startingPoint(cursor, await log.range())
  if (start.kind === 'future') return refuse(socket, 'FutureCursor', 'The cursor is beyond the newest event.', slowMs)
  if (start.outdated) {
    const message = 'Events after this cursor were forgotten; what follows begins with the oldest one.'
    await send(socket, encodeFrame('#info', { name: 'OutdatedCursor', message }), slowMs)
  }
  let sent = start.seq
  while (!signal.aborted) {
    const events = await log.read(sent, batchSize)
    for (const { seq, frame } of events) {
      if (signal.aborted) return
      if (frame !== undefined && !(await send(socket, frame, slowMs))) {
        return refuse(socket, 'ConsumerTooSlow', 'Connect again with the last sequence number you have.', slowMs)
      }
      sent = seq
    }
    if (events.length === 0) await follower.waitBeyond(sent, signal)
  }
}

async function refuse(socket: WebSocket, error: string, message: string, patienceMs: number): Promise<void> {
  await send(socket, encodeErrorFrame(error, message), Math.min(patienceMs, 1_000))
  socket.close(1008, error)
}

/** @returns false when the frame was not taken in time */
function send(socket: WebSocket, frame: Uint8Array, patienceMs: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve(false), patienceMs)
    socket.send(frame, { binary: true }, (error) => {
      clearTimeout(timer)
      if (error) reject(error)
      else resolve(true)
    })
  })
}
