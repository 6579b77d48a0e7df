import { temporaryManagersAt } from '#common/authz/index.ts'
import { AtollError } from '#common/errors/index.ts'
import { kindOf } from '#common/operations/index.ts'
import type { Operation } from '#common/records/index.ts'
import { app } from '#lexicons'
import type { PeopleContext } from '../context.ts'

/**
 * Who manages by break-glass approves nothing that cannot be taken back. Who manages at all the organisation's PDS judges; whom the
 * registry named for a while is in a repository of our own.
 * @throws BreakGlassForbids
 */
export async function checkBreakGlass(
  { host, config, clock, db }: Pick<PeopleContext, 'host' | 'config' | 'clock' | 'db'>,
  did: string,
  { org, procedure }: Operation,
): Promise<void> {
  if (kindOf(procedure).irrevocable !== true) return
  const { main } = app.npm.registry.org
  const stored = await host.findRecord(config.registry.did, main.$type, org)
  if (stored === undefined || !temporaryManagersAt(main.parse(stored.record), clock.now()).includes(did)) return
  const person = await db.selectFrom('person').select('handle').where('did', '=', did).executeTakeFirst()
  const handle = (await host.identities.resolve(org))?.handle ?? org
  throw new AtollError('BreakGlassForbids', { actor: person?.handle ?? did, org: handle })
}
