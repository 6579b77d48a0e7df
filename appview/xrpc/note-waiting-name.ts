import type { PeerName } from '#common/config/index.ts'
import { sql } from '#common/db/index.ts'
import { AtollError } from '#common/errors/index.ts'
import { parseClaimableName } from '#common/names/index.ts'
import { method } from '#common/xrpc/index.ts'
import { app } from '#lexicons'
import { findRepo } from '../ingest/repos.ts'
import { putNotice } from '../notices/index.ts'
import { network } from '../schema/index.ts'
import type { XrpcContext } from './context.ts'
import { maxReaders } from './who-answers.ts'

/** Where administrators of the registry approve. */
const keeper = ['people'] as const satisfies PeerName[]

/** The people PDS says that a name waits for another administrator, until it is answered: the others are told once. */
export function noteWaitingName(context: XrpcContext): void {
  method(context.server, app.npm.registry.noteWaitingName, {
    auth: context.authorize(keeper),
    handler: async ({ input: { id, org, from, approvedBy, handle, ...input } }) => {
      if (!(await context.isBackfilled())) throw new AtollError('NotReady')
      const { name } = parseClaimableName(input.name)
      const readers = await otherAdministrators(context, approvedBy)
      const to = (await findRepo(context.db, org))?.handle ?? org
      const data = { name, org, to, ...(from && { from }), by: approvedBy, handle }
      const notice = { type: 'name.waiting', key: [id], data, readers, at: new Date(context.clock.now()) } as const
      await context.db.transaction().execute((tx) => putNotice(tx, notice))
      return { readers: readers.length }
    },
  })
}

/** First managers that the registry named, who have not left: whose approvals count (`appview/names`). */
async function otherAdministrators({ db }: XrpcContext, approver: string): Promise<string[]> {
  const { rows } = await sql<{ did: string }>`SELECT DISTINCT person.did FROM registry_org
    JOIN repo person ON person.network = registry_org.network AND person.did = ANY(registry_org.managers)
    WHERE registry_org.network = ${network} AND person.role = 'people' AND person.active AND person.did <> ${approver}
    ORDER BY person.did LIMIT ${maxReaders}`.execute(db)
  return rows.map(({ did }) => did)
}
