import { method, peerAuthorizer } from '#common/xrpc/index.ts'
import { app } from '#lexicons'
import type { PdsHost } from '#pds/host/index.ts'
import type { OrgTables } from '../database.ts'

/** An organisation's account, for the appliance. It means nothing until the registry names its first managers. */
export function mountCreateOrg(host: PdsHost<OrgTables>): void {
  method(host.server, app.npm.operation.createOrg, {
    auth: peerAuthorizer(host.auth)(['appliance']),
    handler: async ({ input }) => {
      // All organisations have one owner, so asking again gives the same account.
      const { did, handle } = await host.provision({ handle: input.handle, owner: 'organisations' })
      return { did: did as `did:plc:${string}`, handle: handle as `${string}.${string}` }
    },
  })
}
