import { parentPort, workerData } from 'node:worker_threads'
import { WebSocketServer } from 'ws'

/** Sends whoever connects all of these, as fast as they are taken. */
const { frames } = workerData as { frames: Uint8Array[] }
const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false }, () => {
  parentPort?.postMessage(server.address())
})
server.on('connection', async (socket) => {
  for (const frame of frames) {
    socket.send(frame, { binary: true })
    // A relay does not keep more for a subscriber than it has to.
    while (socket.bufferedAmount > 4_000_000) await new Promise((resolve) => setImmediate(resolve))
  }
})
