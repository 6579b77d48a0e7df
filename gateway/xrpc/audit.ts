import { toDatetimeString } from '@atproto/syntax'
import { method, peerAuthorizer, type Server } from '#common/xrpc/index.ts'
import { app } from '#lexicons'
import type { GatewayContext } from '../context.ts'

/** The audit log and its seals, for the appliance alone. */
export function mountAudit(server: Server, { auth, audit, seals }: GatewayContext): void {
  const only = peerAuthorizer(auth)(['appliance'])
  method(server, app.npm.gateway.listAudit, {
    auth: only,
    handler: async ({ params }) => {
      const rows = await audit.list(params)
      const entries = rows.map(({ seq, at, actor, action, subject, details, previous_hash, hash }) => ({
        ...{ seq: Number(seq), at: toDatetimeString(at), actor, action, subject, details },
        previousHash: previous_hash.toString('hex'),
        hash: hash.toString('hex'),
      }))
      return { entries }
    },
  })
  method(server, app.npm.gateway.listAuditSeals, {
    auth: only,
    handler: async ({ params: { seal = false, ...page } }) => {
      if (seal) await seals.sealAll()
      const rows = await seals.list(page)
      return { seals: rows.map(({ text, signature }) => ({ seal: text, signature })) }
    },
  })
}
