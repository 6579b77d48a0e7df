import { createWebSocketStream, WebSocket } from 'ws'
import { atproto } from '#lexicons'
import { keepAlive } from '../socket/keep-alive.ts'
import type { HostContext } from './host-context.ts'

// Frames over 5 MB are dropped one by one; only what could exhaust memory ends the connection.
const maxMessageBytes = 16_000_000

/**
 * Connects to a host's firehose. Reading slowly makes the host wait: at most a handful of messages are kept here.
 * @param cursor the last of the host's sequence numbers that was read
 * @returns the messages, until the connection ends
 */
export async function openFirehose(
  { url, role, auth }: HostContext,
  cursor: number,
  { signal, onOpen }: { signal: AbortSignal; onOpen: () => void },
): Promise<AsyncIterable<Uint8Array | string>> {
  const token = await auth.tokenFor(role, atproto.subscribeRepos)
  const address = `${url.replace(/^http/, 'ws')}/xrpc/${atproto.subscribeRepos}?cursor=${cursor}`
  const socket = new WebSocket(address, {
    headers: { authorization: `Bearer ${token}` },
    handshakeTimeout: 10_000,
    maxPayload: maxMessageBytes,
    perMessageDeflate: false,
  })
  const terminate = () => socket.terminate()
  signal.addEventListener('abort', terminate)
  socket.once('close', () => signal.removeEventListener('abort', terminate))
  // The token took a moment.
  if (signal.aborted) terminate()
  socket.once('open', onOpen)
  keepAlive(socket)
  return createWebSocketStream(socket, { readableObjectMode: true })
}
