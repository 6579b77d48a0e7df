import { connect, createServer, type Server, type Socket } from 'node:net'
import { pipeline } from 'node:stream'
import { z } from 'zod'
import { loadComponentConfig } from '#common/config/index.ts'

// More than those who use one have ever open; the rest waits for nothing, but is hung up on.
const maxConnections = 1_000

const port = z.int().min(1).max(65535)

/**
 * Ports of this container's own loopback that lead to another container. What the demo publishes is known to browsers as
 * `http://localhost:4875`; through these, the same URL means the same inside. An issuer can have one name only.
 */
const forwardSchema = z.object({ port, to: z.object({ host: z.string().min(1), port }) })
export type Forward = z.output<typeof forwardSchema>

const configSchema = z.object({ forward: z.array(forwardSchema).default([]) })

/** What a configuration file, which may be that of any component, says about forwarding. */
export async function readForwards(configFile: string): Promise<Forward[]> {
  return (await loadComponentConfig(configFile, configSchema)).forward
}

const forwarderSchema = z.object({ listen: z.object({ host: z.string().min(1), port }), to: forwardSchema.shape.to })
/** Of a container that does nothing but pass on. */
export type ForwarderConfig = z.output<typeof forwarderSchema>

export function readForwarder(configFile: string): Promise<ForwarderConfig> {
  return loadComponentConfig(configFile, forwarderSchema)
}

/** Forwards until disposed of; by itself it keeps no process alive. @throws Error when a port is taken */
export async function forwardPorts(forwards: readonly Forward[]): Promise<AsyncDisposable> {
  await using opening = new AsyncDisposableStack()
  for (const { port, to } of forwards) {
    opening.use(await forwardPort({ listen: { host: '127.0.0.1', port }, to })).server.unref()
  }
  return opening.move()
}

/** Forwards until disposed of. @throws Error when the port is taken */
export async function forwardPort({ listen, to }: ForwarderConfig): Promise<{ server: Server } & AsyncDisposable> {
  const sockets = new Set<Socket>()
  const server = createServer((inside) => {
    const outside = connect(to.port, to.host)
    for (const socket of [inside, outside]) {
      sockets.add(socket.unref())
      socket.once('close', () => sockets.delete(socket))
    }
    // Whoever speaks through it sees the connection end, and that is all there is to say.
    pipeline(inside, outside, inside, () => {})
  })
  server.maxConnections = maxConnections
  await listening(server, listen)
  return {
    server,
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve))
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}

function listening(server: Server, { host, port }: ForwarderConfig['listen']): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  })
}
