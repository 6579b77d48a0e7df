import type { PeerName } from '#common/config/index.ts'
import { method } from '#common/xrpc/index.ts'
import { app } from '#lexicons'
import { keepAdvisories, noteRead, selectNews } from '../advisories/index.ts'
import type { XrpcContext } from './context.ts'

/** A batch is a megabyte; a single advisory may be as large as an entry of OSV. */
const bodyLimitBytes = 20 * 2 ** 20
const importers = ['appliance'] as const satisfies PeerName[]

/** Takes advisories over from whoever administers the box, in batches. */
export function importAdvisories(context: XrpcContext): void {
  const { server, db, clock } = context
  const auth = context.authorize(importers)
  method(server, app.npm.registry.selectAdvisories, {
    auth,
    handler: async ({ input: { source, entries } }) => ({ wanted: [...(await selectNews(db, source, entries))] }),
  })
  method(server, app.npm.registry.importAdvisories, {
    auth,
    bodyLimitBytes,
    handler: ({ input: { source, advisories } }) =>
      keepAdvisories(db, { source, advisories, at: new Date(clock.now()) }),
  })
  method(server, app.npm.registry.finishAdvisoryImport, {
    auth,
    handler: async ({ input: { source, url, etag, lastModified, changed } }) => {
      await noteRead(db, { source, at: new Date(clock.now()), url, etag, lastModified, changed })
      return {}
    },
  })
}
