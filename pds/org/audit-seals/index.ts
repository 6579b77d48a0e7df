import { P256Keypair } from '@atproto/crypto'
import type { Clock } from '#common/clock/index.ts'
import { method, peerAuthorizer } from '#common/xrpc/index.ts'
import { app } from '#lexicons'
import type { PdsHost } from '#pds/host/index.ts'
import type { OrgTables } from '../database.ts'
import { AuditSealer } from './audit-sealer.ts'

export { AuditSealer } from './audit-sealer.ts'

/** Sealing for the gateway, whose log it is, and for the appliance, which exports it. */
export function mountAuditSeals(host: PdsHost<OrgTables>, clock: Clock): void {
  const { server, auth, config, db } = host
  const only = peerAuthorizer(auth)
  const sealer = P256Keypair.import(config.self.privateKeyHex).then((keypair) => new AuditSealer(db, keypair, clock))
  method(server, app.npm.operation.sealAudit, {
    auth: only(['gateway']),
    handler: async ({ input }) => {
      const { text: seal, signature } = await (await sealer).seal(input)
      return { seal, signature }
    },
  })
  method(server, app.npm.operation.attestAudit, {
    auth: only(['appliance']),
    handler: async ({ params }) => {
      const { text: end, signature, newest } = await (await sealer).attest(params)
      return { end, signature, newest }
    },
  })
}
