import { createServer } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import type { PortName } from '#appliance/config/components.ts'
import type { Ports } from '#appliance/config/index.ts'
import { Failure } from '#appliance/failures.ts'

const patienceMs = 5_000
const retryMs = 100

/**
 * Waits for children of a supervisor that was just killed to let go of their ports.
 * @throws Failure naming each port somebody else holds
 */
export async function waitForPorts(ports: Ports, names: readonly PortName[]): Promise<void> {
  const until = Date.now() + patienceMs
  let taken = await takenPorts(ports, names)
  while (taken.length > 0 && Date.now() < until) {
    await delay(retryMs)
    taken = await takenPorts(ports, taken)
  }
  if (taken.length === 0) return
  const list = taken.map((name) => `${ports[name]} (${name})`).join(', ')
  const [first = 'gateway'] = taken
  throw new Failure(
    `Another program listens on port ${list}. Stop it, set ATOLL_PORT_${first.toUpperCase()}=<port>, or ATOLL_PORTS=free.`,
  )
}

/** Which of these ports somebody listens on. */
export async function takenPorts(ports: Ports, names: readonly PortName[]): Promise<PortName[]> {
  const free = await Promise.all(names.map((name) => isFree(ports[name])))
  return names.filter((_, index) => !free[index])
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}
