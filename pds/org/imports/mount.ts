import type { AtUriString } from '@atproto/syntax'
import { method, peerAuthorizer } from '#common/xrpc/index.ts'
import { app } from '#lexicons'
import { finishImport } from './finish-import.ts'
import { mountGetPackage } from './get-package.ts'
import { importVersions } from './import-versions.ts'
import type { ImportServices } from './services.ts'

// A batch is a few dozen megabytes, or one tarball of any size.
const maxBatchBytes = 268_435_456

/**
 * What brings the versions of an approved import. The appliance calls it, and could as well be anybody: whatever is not in the
 * list that a person approved is refused.
 */
export function mountImports(services: ImportServices): void {
  const { server, auth } = services.host
  const appliance = peerAuthorizer(auth)(['appliance'])
  mountGetPackage(services.host)
  method(server, app.npm.operation.importVersions, {
    auth: appliance,
    bodyLimitBytes: maxBatchBytes,
    handler: async ({ params, input: body }) => ({ written: await importVersions(services, { ...params, body }) }),
  })
  method(server, app.npm.operation.finishImport, {
    auth: appliance,
    handler: async ({ input }) => {
      const { missing, last } = await finishImport(services, input.import)
      return { missing, ...(last === undefined ? {} : { last: { uri: last.uri as AtUriString, cid: last.cid } }) }
    },
  })
}
