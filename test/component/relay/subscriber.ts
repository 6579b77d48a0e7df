import { WebSocket } from 'ws'
import type { PeerAuth } from '#common/service-auth/index.ts'
import { decodeFrame, type Frame } from '#common/sync/index.ts'
import { atproto } from '#lexicons'

type Event = Extract<Frame, { raw: object }>

/** Reads a relay's firehose as the AppView does. */
export class Subscriber implements Disposable {
  readonly frames: Frame[] = []
  readonly #socket: WebSocket
  #wake = () => {}

  private constructor(socket: WebSocket) {
    this.#socket = socket
    socket.on('message', (data: Buffer) => {
      this.frames.push(decodeFrame(data))
      this.#wake()
    })
    socket.on('close', () => this.#wake())
    socket.on('error', () => this.#wake())
  }

  /** @param auth undefined: of nobody known @throws Error with the status, when the relay does not let it in */
  static async connects(relayUrl: string, auth: PeerAuth | undefined, cursor?: number): Promise<Subscriber> {
    const query = cursor === undefined ? '' : `?cursor=${cursor}`
    const token = await auth?.tokenFor('relay', atproto.subscribeRepos)
    const address = `${relayUrl.replace('http', 'ws')}/xrpc/${atproto.subscribeRepos}${query}`
    const socket = new WebSocket(address, { headers: token === undefined ? {} : { authorization: `Bearer ${token}` } })
    const subscriber = new Subscriber(socket)
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
    return subscriber
  }

  get events(): Event[] {
    return this.frames.filter((frame): frame is Event => 'raw' in frame)
  }

  /** Waits until a frame is what is asked for. @throws Error when the connection ends first */
  async until(matches: (frame: Frame) => boolean): Promise<Frame> {
    for (;;) {
      const found = this.frames.find(matches)
      if (found !== undefined) return found
      if (this.#socket.readyState === WebSocket.CLOSED) throw new Error('the relay closed the connection')
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }

  untilCommit(rev: string): Promise<Frame> {
    return this.until((frame) => frame.kind === 'commit' && frame.event.rev === rev)
  }

  async untilClosed(): Promise<void> {
    while (this.#socket.readyState !== WebSocket.CLOSED) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }

  pauses(): void {
    this.#socket.pause()
  }

  [Symbol.dispose](): void {
    this.#socket.terminate()
  }
}
