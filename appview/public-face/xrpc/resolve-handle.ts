import { isValidHandle } from '@atproto/syntax'
import { AtollError } from '#common/errors/index.ts'
import { atproto } from '#lexicons'
import { type FaceContext, readers } from '../context.ts'
import { holderOf } from '../holders.ts'

/** Whose a handle is, by the operation logs of the accounts on our hosts: for the domain to say so, which others ask. */
export function resolveHandle({ server, authorize, db, parties }: FaceContext): void {
  const authorized = authorize(readers)
  server.get(`/xrpc/${atproto.resolveHandle}`, async (request) => {
    await authorized(request)
    const { handle = '' } = request.query as { handle?: unknown }
    const named = String(handle).toLowerCase()
    const did = isValidHandle(named) ? await holderOf(db, named, parties) : undefined
    if (did === undefined) throw new AtollError('NotFound', { package: named.slice(0, 253) })
    return { did }
  })
}
