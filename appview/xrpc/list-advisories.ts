import type { DatetimeString } from '@atproto/syntax'
import type { PeerName } from '#common/config/index.ts'
import { method } from '#common/xrpc/index.ts'
import { app } from '#lexicons'
import * as kept from '../advisories/index.ts'
import type { XrpcContext } from './context.ts'

const administrators = ['appliance'] as const satisfies PeerName[]

/** What is kept of advisories, for whoever administers the box. */
export function listAdvisories({ server, db, authorize }: XrpcContext): void {
  const auth = authorize(administrators)
  method(server, app.npm.registry.listAdvisorySources, {
    auth,
    handler: async () => {
      const sources = await kept.listSources(db)
      return {
        sources: sources.map(({ checkedAt, importedAt, ...source }) => ({
          ...source,
          checkedAt: checkedAt?.toISOString() as DatetimeString | undefined,
          importedAt: importedAt?.toISOString() as DatetimeString | undefined,
        })),
      }
    },
  })
  method(server, app.npm.registry.listAdvisories, {
    auth,
    handler: async ({ params: { limit = 100, ...filter } }) => {
      return { advisories: await kept.listAdvisories(db, { ...filter, limit }) }
    },
  })
  method(server, app.npm.registry.getAdvisory, {
    auth,
    handler: async ({ params: { id } }) => ({ found: await kept.findAdvisory(db, id) }),
  })
}
