import { createWebSocketStream, WebSocket } from 'ws'
import { readBounded } from '#common/bodies/index.ts'
import { AtollError } from '#common/errors/index.ts'
import type { AccountRole } from '#common/identity/index.ts'
import type { PeerAuth } from '#common/service-auth/index.ts'
import { sendXrpc } from '#common/xrpc/index.ts'
import { atproto } from '#lexicons'
import { keepAlive } from '../socket/keep-alive.ts'
import type { Pds } from '../upstream/index.ts'

// Frames over 5 MB are dropped one by one; only what could exhaust memory ends the connection.
const maxMessageBytes = 16_000_000

/** A PDS of the private network, which wants to know who asks: each time with a fresh service token. */
export function peerPds(url: string, role: AccountRole, auth: PeerAuth): Pds {
  const component = `${role} PDS`
  return {
    url,
    maxRepoBytes: 512 * 1024 * 1024,
    async ask(method, params, { maxBytes, ...options }) {
      const headers = { authorization: `Bearer ${await auth.tokenFor(role, method)}` }
      const address = `${url}/xrpc/${method}?${new URLSearchParams(params)}`
      const { body } = await sendXrpc(component, address, { headers }, options)
      return readBounded(body, maxBytes).catch((cause) => {
        throw new AtollError('ComponentUnavailable', { component }, cause)
      })
    },
    async openFirehose(cursor, { signal, onOpen }) {
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
      // Reading slowly makes the host wait: at most a handful of messages are kept here.
      return createWebSocketStream(socket, { readableObjectMode: true })
    },
  }
}
