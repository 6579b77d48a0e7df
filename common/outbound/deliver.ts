import { connect, isIP, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { trusting } from './trusting.ts'

/** A configured host that takes bytes over TCP; it may be private. */
export interface Receiver {
  host: string
  port: number
  tls: boolean
  /** PEM certificates of authorities that are trusted beside Node's own. */
  ca: readonly string[]
}

/**
 * Sends bytes to a receiver that answers nothing, over a connection of its own. Protocols such as syslog confirm nothing (RFC 6587,
 * section 3.4): what is written is in buffers, and is lost with the connection. So our side is closed behind the bytes, and they
 * are taken when the receiver has closed its side in answer: it has read what came before.
 * @throws when it did not, or not in time
 */
export async function deliver(
  bytes: Buffer,
  receiver: Receiver,
  { timeoutMs, signal }: { timeoutMs: number; signal: AbortSignal },
): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const limit = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)])
  limit.throwIfAborted()
  const socket = open(receiver)
  const stop = () => socket.destroy(limit.reason as Error)
  limit.addEventListener('abort', stop, { once: true })
  socket.once('error', reject)
  socket.once('end', () => {
    if (!socket.writableFinished) socket.destroy(new Error('it closed the connection before it had everything'))
  })
  socket.once('close', () => (socket.readableEnded ? resolve() : reject(new Error('the connection broke'))))
  // Whatever it says: unread, it would keep the end from being seen.
  socket.resume()
  socket.end(bytes)
  try {
    await promise
  } finally {
    limit.removeEventListener('abort', stop)
    socket.destroy()
  }
}

function open({ host, port, tls, ca }: Receiver): Socket {
  if (!tls) return connect({ host, port })
  // An address is not asked for by name (RFC 6066, section 3).
  return connectTls({ host, port, ...(isIP(host) === 0 ? { servername: host } : {}), ...trusting(ca) })
}
