import type { z } from 'zod'
import type { ComponentName } from '#appliance/config/index.ts'
import { loadComponentConfig } from '#common/config/index.ts'

/** Loads a component's code; what comes back starts it with the configuration in a file. */
export type LoadComponent = () => Promise<(configFile: string) => Promise<AsyncDisposable>>

/** Each process loads its own component and no other: their code is most of their memory. */
export const loadComponent: Record<ComponentName, LoadComponent> = {
  async directory() {
    const { Directory } = await import('#pds/directory/index.ts')
    const { directoryConfigSchema } = await import('#pds/directory/config.ts')
    return startWith(directoryConfigSchema, Directory)
  },
  async org() {
    const { OrgPds } = await import('#pds/org/index.ts')
    const { orgConfigSchema } = await import('#pds/org/config.ts')
    return startWith(orgConfigSchema, OrgPds)
  },
  async people() {
    const { PeoplePds } = await import('#pds/people/index.ts')
    const { peopleConfigSchema } = await import('#pds/people/config.ts')
    return startWith(peopleConfigSchema, PeoplePds)
  },
  async relay() {
    const { Relay } = await import('#relay/index.ts')
    const { relayConfigSchema } = await import('#relay/config.ts')
    return startWith(relayConfigSchema, Relay)
  },
  async appview() {
    const { AppView } = await import('#appview/index.ts')
    const { appviewConfigSchema } = await import('#appview/config.ts')
    return startWith(appviewConfigSchema, AppView)
  },
  async gateway() {
    const { Gateway } = await import('#gateway/index.ts')
    const { gatewayConfigSchema } = await import('#gateway/config.ts')
    return startWith(gatewayConfigSchema, Gateway)
  },
  async 'edge-org'() {
    return loadEdge()
  },
  async 'edge-people'() {
    return loadEdge()
  },
  async 'public-appview'() {
    const { PublicAppView } = await import('#appview/public-face/index.ts')
    const { publicAppViewConfigSchema } = await import('#appview/public-face/config.ts')
    return startWith(publicAppViewConfigSchema, PublicAppView)
  },
  async 'public-gateway'() {
    const { PublicGateway } = await import('#gateway/public-face/index.ts')
    const { publicGatewayConfigSchema } = await import('#gateway/public-face/config.ts')
    return startWith(publicGatewayConfigSchema, PublicGateway)
  },
  async idp() {
    const { DemoIdp, demoIdpConfigSchema } = await import('#appliance/demo/idp/index.ts')
    return startWith(demoIdpConfigSchema, DemoIdp)
  },
}

/** Whose edge it is stands in its configuration. */
async function loadEdge() {
  const { EdgePds } = await import('#pds/edge/index.ts')
  const { edgeConfigSchema } = await import('#pds/edge/config.ts')
  return startWith(edgeConfigSchema, EdgePds)
}

interface Service<Config> {
  start(config: Config): Promise<AsyncDisposable>
}

function startWith<Schema extends z.ZodType>(schema: Schema, service: Service<z.output<Schema>>) {
  return async (file: string) => service.start(await loadComponentConfig(file, schema, process.env))
}
