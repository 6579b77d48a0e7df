import { AtollError } from '#common/errors/index.ts'
import { versionKey } from '#common/names/index.ts'
import { app } from '#lexicons'
import { noteProgress } from '../note-progress.ts'
import type { PromotionStep } from './step.ts'

/** The versions came back over the public network, verified by the AppView, with the same CIDs: now it is done. */
export const seeInPublic: PromotionStep = {
  reaches: 'seen',
  async take(context, promotion) {
    const { org, request } = promotion
    const { $nsid: collection } = app.npm.package.version
    const records = request.versions.map(({ version }) => ({ collection, rkey: versionKey(request.name, version) }))
    const seen = await context.peers.appview.call(app.npm.registry.getPublicRecords, {
      input: { did: org, records } as never,
    })
    const cids = new Map(seen.records.map(({ rkey, cid }) => [rkey as string, cid as string]))
    for (const { version, cid } of request.versions) {
      const found = cids.get(versionKey(request.name, version))
      if (found === cid) continue
      const reason = found === undefined ? 'it has not come back yet' : `it came back as ${found}`
      throw new AtollError('NotSeenInPublic', { package: request.name, version, reason })
    }
    await noteProgress(context, promotion, { state: 'seen' })
  },
}
