import { type Dispatcher, WebSocket } from 'undici'

export interface SubscribeRequest {
  /** The connection ends with it. */
  signal: AbortSignal
  /** Larger messages end the connection. */
  maxMessageBytes: number
  /** Of messages that nobody has taken yet: beyond, the connection ends, and whoever reads begins again from where they are. */
  maxWaitingBytes: number
  /** So long without a word means that the other side is gone without telling. */
  silenceMs: number
  /** A configured host told us this address: it must be public. */
  discovered?: boolean
  /** There is a connection. */
  onOpen(): void
}

/**
 * The messages of a WebSocket, until it ends by itself.
 * @throws Error when it does not open, breaks, or one of the bounds is reached
 */
export async function* subscribeTo(
  url: URL,
  dispatcher: Dispatcher,
  { signal, maxMessageBytes, maxWaitingBytes, silenceMs, onOpen }: SubscribeRequest,
): AsyncGenerator<Uint8Array, void, undefined> {
  const socket = new WebSocket(url, { dispatcher })
  socket.binaryType = 'arraybuffer'
  const waiting: Uint8Array[] = []
  let waitingBytes = 0
  let ended: { error?: Error } | undefined
  let bell = Promise.withResolvers<void>()
  const ring = () => {
    bell.resolve()
    bell = Promise.withResolvers()
  }
  const end = (error?: Error) => {
    ended ??= error === undefined ? {} : { error }
    socket.close()
    ring()
  }
  const abort = () => end()
  const silence = setTimeout(() => end(new Error('it has been silent for too long')), silenceMs)
  socket.addEventListener('open', onOpen)
  socket.addEventListener('error', () => end(new Error('the connection failed')))
  socket.addEventListener('close', () => end())
  socket.addEventListener('message', ({ data }) => {
    silence.refresh()
    if (!(data instanceof ArrayBuffer)) return end(new Error('it sends text'))
    if (data.byteLength > maxMessageBytes) return end(new Error('it sends too large a message'))
    waitingBytes += data.byteLength
    if (waitingBytes > maxWaitingBytes) return end(new Error('it sends faster than it is read'))
    waiting.push(new Uint8Array(data))
    ring()
  })
  signal.addEventListener('abort', abort)
  if (signal.aborted) abort()
  try {
    for (;;) {
      const rung = bell.promise
      const message = waiting.shift()
      if (message !== undefined) {
        waitingBytes -= message.byteLength
        yield message
      } else if (ended !== undefined) {
        if (ended.error !== undefined) throw ended.error
        return
      } else await rung
    }
  } finally {
    clearTimeout(silence)
    signal.removeEventListener('abort', abort)
    end()
  }
}
