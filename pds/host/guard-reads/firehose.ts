import { encode } from '@atproto/lex-cbor'
import type { LexMap } from '@atproto/lex-data'
import type { WebSocket } from 'ws'
import type { Logger } from '#common/log/index.ts'
import type { PdsContext } from '../embed/index.ts'
import { Bell } from './bell.ts'

type SeqEvent = Awaited<ReturnType<PdsContext['sequencer']['requestSeqRange']>>[number]

const pageSize = 50
const pingEveryMs = 30_000

/**
 * com.atproto.sync.subscribeRepos, straight from the sequencer's table. The embedded one learns of events by polling (up to
 * 1 s late), buffers them per reader, and drops readers that are slow; here each reader pulls pages at its own pace
 * and is woken by the write itself.
 */
export class Firehose {
  readonly #sequencer: PdsContext['sequencer']
  readonly #log: Logger
  readonly #bell = new Bell()

  constructor(sequencer: PdsContext['sequencer'], log: Logger) {
    this.#sequencer = sequencer
    this.#log = log
    sequencer.on('events', () => this.ring())
  }

  /** Says that there may be new events. */
  ring(): void {
    this.#bell.ring()
  }

  /** Sends events until the reader goes away. @param cursor the last event it has; undefined for new ones only */
  async serve(socket: WebSocket, cursor: number | undefined): Promise<void> {
    const closed = new AbortController()
    socket.once('close', () => closed.abort())
    socket.on('error', (error) => this.#log.info({ err: error }, 'a firehose reader broke off'))
    using _ = keepAlive(socket)
    try {
      const last = (await this.#sequencer.curr()) ?? 0
      if (cursor !== undefined && cursor > last) {
        await send(socket, [{ op: -1 }, { error: 'FutureCursor', message: 'Cursor in the future.' }])
        socket.close(1008, 'FutureCursor')
        return
      }
      await this.#stream(socket, cursor ?? last, closed.signal)
    } catch (error) {
      if (!closed.signal.aborted) this.#log.error({ err: error }, 'the firehose broke')
      socket.terminate()
    }
  }

  async #stream(socket: WebSocket, cursor: number, closed: AbortSignal): Promise<void> {
    let seq = cursor
    while (!closed.aborted) {
      const rung = this.#bell.next(closed)
      const events = await this.#sequencer.requestSeqRange({ earliestSeq: seq, limit: pageSize })
      for (const event of events) {
        await send(socket, frameOf(event))
        seq = event.seq
      }
      if (events.length === 0) await rung
    }
  }
}

/** https://atproto.com/specs/event-stream: a header and a body, both DAG-CBOR. */
function frameOf({ type, seq, time, evt }: SeqEvent): [LexMap, LexMap] {
  return [
    { op: 1, t: `#${type}` },
    { seq, time, ...(evt as unknown as LexMap) },
  ]
}

function send(socket: WebSocket, [header, body]: [LexMap, LexMap]): Promise<void> {
  const frame = Buffer.concat([encode(header), encode(body)])
  return new Promise((resolve, reject) => socket.send(frame, (error) => (error == null ? resolve() : reject(error))))
}

/** Ends the connection of a reader that does not answer any more. */
function keepAlive(socket: WebSocket): Disposable {
  let answered = true
  socket.on('pong', () => {
    answered = true
  })
  const timer = setInterval(() => {
    if (!answered) return socket.terminate()
    answered = false
    socket.ping()
  }, pingEveryMs)
  return { [Symbol.dispose]: () => clearInterval(timer) }
}
