import { once } from 'node:events'
import type { Duplex } from 'node:stream'
import { createWebSocketStream, WebSocket } from 'ws'
import type { NetworkConfig } from '#common/config/index.ts'
import type { PeerAuth } from '#common/service-auth/index.ts'
import { limits } from '#common/sync/index.ts'
import { atproto } from '#lexicons'

const handshakeTimeoutMs = 10_000
/** Frames that wait to be applied; when there are more, the relay has to wait. */
const maxWaiting = 64

/**
 * Subscribes to the relay's firehose.
 * @param cursor seq of the last event at hand; null starts with the relay's present
 * @returns a stream of frames, one message each, that holds the relay back while nobody reads
 */
export async function openRelay(network: NetworkConfig, auth: PeerAuth, cursor: number | null): Promise<Duplex> {
  const url = new URL(`/xrpc/${atproto.subscribeRepos}`, network.peers.relay.url)
  if (cursor !== null) url.searchParams.set('cursor', String(cursor))
  url.protocol = url.protocol.replace('http', 'ws')
  const socket = new WebSocket(url, {
    headers: { authorization: `Bearer ${await auth.tokenFor('relay', atproto.subscribeRepos)}` },
    handshakeTimeout: handshakeTimeoutMs,
    maxPayload: limits.frameBytes,
    perMessageDeflate: false,
  })
  const stream = createWebSocketStream(socket, { readableObjectMode: true, readableHighWaterMark: maxWaiting })
  // Whoever reads is told; a relay that refuses the connection is heard of before anybody does.
  stream.on('error', () => {})
  try {
    await once(socket, 'open')
  } catch (error) {
    stream.destroy()
    throw error
  }
  return stream
}
