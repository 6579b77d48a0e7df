import { method } from '#common/xrpc/index.ts'
import { app } from '#lexicons'
import { findMirrored } from '../mirror/repos.ts'
import { publicNetwork } from '../schema/index.ts'
import type { XrpcContext } from './context.ts'
import { promoters } from './get-promotion-facts.ts'

/** Which records came back over the public network, and as what. */
export function getPublicRecords({ server, authorize, db }: XrpcContext): void {
  method(server, app.npm.registry.getPublicRecords, {
    auth: authorize(promoters),
    handler: async ({ input: { did, records } }) => {
      const wanted = new Set(records.map(({ collection, rkey }) => `${collection}/${rkey}`))
      const repo = await findMirrored(db, did)
      const rows = await db
        .selectFrom('mirror_record')
        .where('network', '=', publicNetwork)
        .where('did', '=', did)
        .where('rkey', 'in', [...new Set(records.map(({ rkey }) => rkey as string))])
        .select(['collection', 'rkey', 'cid'])
        .execute()
      const found = rows.filter(({ collection, rkey }) => wanted.has(`${collection}/${rkey}`))
      const handle = repo?.handle_verified === true && repo.handle !== null ? { handle: repo.handle } : {}
      return { ...handle, records: found } as never
    },
  })
}
