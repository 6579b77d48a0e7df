import type { WebSocket } from 'ws'

/**
 * Asks the other side now and then whether it is still there, and ends the connection when it stays silent: a peer
 * whose machine vanished sends no FIN.
 */
export function keepAlive(socket: WebSocket, intervalMs = 30_000): void {
  let answered = true
  const timer = setInterval(() => {
    if (!answered) return socket.terminate()
    answered = false
    if (socket.readyState === socket.OPEN) socket.ping()
  }, intervalMs)
  // Whatever arrives proves as much as a pong.
  for (const sign of ['pong', 'message']) socket.on(sign, () => (answered = true))
  socket.once('close', () => clearInterval(timer))
}
