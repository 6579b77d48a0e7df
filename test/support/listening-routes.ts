import { channel } from 'node:diagnostics_channel'
import type { FastifyInstance } from 'fastify'

export interface ListeningRoute {
  /** Where its server listens. */
  origin: string
  method: string
  /** As the router knows it. */
  pattern: string
}

/** What no browser or package manager sends, and `fetch` cannot. */
const unsendable = ['TRACE', 'CONNECT']

/**
 * Every route of every server that is opened from now on in this process: what somebody adds one day is among them.
 * https://fastify.dev/docs/latest/Reference/Hooks/#diagnostics-channel-hooks
 */
export function watchRoutes(): { routes: () => ListeningRoute[] } & Disposable {
  const found: { server: FastifyInstance; method: string; pattern: string }[] = []
  const onServer = (message: unknown) => {
    const { fastify: server } = message as { fastify: FastifyInstance }
    server.addHook('onRoute', ({ method, url: pattern }) => {
      for (const one of [method].flat()) if (!unsendable.includes(one)) found.push({ server, method: one, pattern })
    })
  }
  const opened = channel('fastify.initialization')
  opened.subscribe(onServer)
  return {
    routes: () => found.flatMap(({ server, ...route }) => originsOf(server).map((origin) => ({ origin, ...route }))),
    [Symbol.dispose]: () => void opened.unsubscribe(onServer),
  }
}

function originsOf(server: FastifyInstance): string[] {
  return server.addresses().flatMap((at) => (typeof at === 'string' ? [] : [`http://localhost:${at.port}`]))
}
