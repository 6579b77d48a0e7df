import type { PeerName } from '#common/config/index.ts'
import { AtollError } from '#common/errors/index.ts'
import { parsePackageName } from '#common/names/index.ts'
import { method } from '#common/xrpc/index.ts'
import { app } from '#lexicons'
import { findRepo } from '../ingest/repos.ts'
import { putNotice } from '../notices/index.ts'
import type { XrpcContext } from './context.ts'
import { whoAnswers } from './who-answers.ts'

/** Who keeps the promotions. */
const keeper = ['org'] as const satisfies PeerName[]

/** So many versions are named; the page of the approval lists all. */
const maxNamed = 5

/** The org PDS says that somebody asks for versions to be public: who may approve that is told once. */
export function noteWaitingPromotion(context: XrpcContext): void {
  method(context.server, app.npm.registry.noteWaitingPromotion, {
    auth: context.authorize(keeper),
    handler: async ({ input: { org, id, cid, versions, requestedBy, ...input } }) => {
      if (!(await context.isBackfilled())) throw new AtollError('NotReady')
      const { name } = parsePackageName(input.name)
      const readers = await whoAnswers(context, {
        orgs: [org],
        action: 'approve-promotion',
        name,
        asker: requestedBy,
      })
      const handle = (await findRepo(context.db, requestedBy))?.handle ?? requestedBy
      const data = { org, name, versions: listed(versions), promotion: id, by: requestedBy, handle }
      const notice = { type: 'promotion.requested', key: [org, cid], data, readers } as const
      const at = new Date(context.clock.now())
      await context.db.transaction().execute((tx) => putNotice(tx, { ...notice, at }))
      return { readers: readers.length }
    },
  })
}

function listed(versions: readonly string[]): string {
  const more = versions.length - maxNamed
  return `${versions.slice(0, maxNamed).join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}
