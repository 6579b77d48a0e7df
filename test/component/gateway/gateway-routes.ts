import { createLogger } from '#common/log/index.ts'
import { createServer } from '#common/xrpc/index.ts'
import type { GatewayConfig } from '#gateway/config.ts'
import type { GatewayContext } from '#gateway/context.ts'
import { mountNpm } from '#gateway/npm/index.ts'
import { mountXrpc } from '#gateway/xrpc/index.ts'

export interface GatewayRoute {
  method: string
  /** As the router knows it. */
  pattern: string
  /** With something in place of what varies: a package, where it may be one. */
  path: string
}

/** Every route the gateway mounts, those included that somebody will add one day. */
export async function gatewayRoutes(config: GatewayConfig, packageName: string): Promise<GatewayRoute[]> {
  const routes: GatewayRoute[] = []
  const server = createServer({ log: createLogger('gateway', 'silent') })
  server.addHook('onRoute', ({ method, url: pattern }) => {
    const path = pattern.replace(/\*$/, packageName).replace(/:\w+/g, encodeURIComponent(packageName))
    for (const one of [method].flat()) routes.push({ method: one, pattern, path })
  })
  // Mounting asks the context for its parts and its configuration; nobody calls this server.
  const part = new Proxy({}, { get: () => () => undefined })
  const get = (_target: object, name: string | symbol) => (name === 'config' ? config : part)
  const context = new Proxy({}, { get }) as GatewayContext
  mountNpm(server, context)
  mountXrpc(server, context)
  await server.ready()
  await server.close()
  return routes
}
