import { randomInt } from 'node:crypto'
import { createServer } from 'node:net'

// Below what systems take for outgoing connections (Linux from 32768, macOS from 49152): a port from up there may be
// somebody's connection before it is listened on, or at the next start.
const lowest = 15_000
const highest = 32_767
const attempts = 100

/**
 * A loopback port nobody listens on at this moment.
 * @throws Error when none is found
 */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const port = randomInt(lowest, highest + 1)
    if (await isFree(port)) return port
  }
  throw new Error(`no port from ${lowest} to ${highest} seems to be free`)
}

function isFree(port: number): Promise<boolean> {
  const server = createServer()
  return new Promise((resolve) => {
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}
