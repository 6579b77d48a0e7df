import { AtollError } from '#common/errors/index.ts'
import { parsePackageName, parseVersion } from '#common/names/index.ts'
import { method } from '#common/xrpc/index.ts'
import { app } from '#lexicons'
import { putNotice } from '../notices/index.ts'
import { readers as gateways, type XrpcContext } from './context.ts'
import { whoAnswers } from './who-answers.ts'

/** A gateway says that a version was staged, until it is answered: who may approve it is told once. */
export function noteStaged(context: XrpcContext): void {
  method(context.server, app.npm.registry.noteStaged, {
    auth: context.authorize(gateways),
    handler: async ({ input }) => {
      // Whom there are to tell is not known before.
      if (!(await context.isBackfilled())) throw new AtollError('NotReady')
      const { id, org, tag, stagedBy, stagedByName, expiresAt } = input
      const { name } = parsePackageName(input.package)
      const version = parseVersion(input.version)
      const readers = await whoAnswers(context, { orgs: [org], action: 'approve', name, asker: stagedBy })
      const link = new URL(`/-/stage/${encodeURIComponent(id)}`, context.network.publicUrls.gateway).href
      const data = { org, name, version, tag, stage: id, by: stagedBy, stagedBy: stagedByName, expiresAt, link }
      const notice = { type: 'version.staged', key: [id], data, readers, at: new Date(context.clock.now()) } as const
      await context.db.transaction().execute((tx) => putNotice(tx, notice))
      return { readers: readers.length }
    },
  })
}
