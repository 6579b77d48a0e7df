import { AtollError } from '#common/errors/index.ts'
import { groupKey } from '#common/groups/index.ts'
import { buildRecord } from '#common/records/index.ts'
import { app } from '#lexicons'
import type { PeopleContext } from '../context.ts'

const { main } = app.npm.org.membership
const rkey = 'self'
const hourMs = 3_600_000

/**
 * Writes down in which groups a person is, when that is news. A statement that counts for a limited time only is also
 * renewed, well before its time is up.
 * @param membership.saidAt when the identity provider said so
 */
export async function writeMembership(
  { host, config }: Pick<PeopleContext, 'host' | 'config'>,
  did: string,
  { issuer, ids, saidAt }: { issuer: string; ids: readonly string[]; saidAt: Date },
): Promise<void> {
  const groups = [...new Set(ids.map((id) => groupKey({ issuer, id })))].sort()
  const known = main.safeParse((await host.findRecord(did, main.$type, rkey))?.record)
  if (known.success && known.value.issuer === issuer) {
    const ageMs = saidAt.getTime() - Date.parse(known.value.observedAt)
    // Two tabs may come back in another order than they were answered in.
    if (ageMs < 0) return
    const maxAgeHours = config.network.idps.find((idp) => idp.issuer === issuer)?.groups?.maxAgeHours
    const isFresh = maxAgeHours === undefined || ageMs < (maxAgeHours * hourMs) / 4
    if (isFresh && groups.join() === known.value.groups.join()) return
  }
  const fields = { issuer, groups, observedAt: saidAt.toISOString() }
  const { collection, record } = buildRecord({ schema: main, rkey, fields }, refuse)
  const procedure = app.npm.operation.openSignIn.main.nsid
  await host.write(did, [{ action: 'put', collection, rkey, record }], { by: config.self.did, procedure })
}

function refuse(reason: string): AtollError {
  return new AtollError('InvalidRequest', { reason })
}
