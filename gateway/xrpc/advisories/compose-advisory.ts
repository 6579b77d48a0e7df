import { isDeepStrictEqual } from 'node:util'
import { newAdvisoryId, type OwnAdvisory, packageOf, readOwnAdvisory } from '#common/advisories/index.ts'
import { AtollError } from '#common/errors/index.ts'
import { putAdvisory } from '#common/operations/index.ts'
import type { app } from '#lexicons'
import type { Session } from '../../auth/token/index.ts'
import type { GatewayContext } from '../../context.ts'
import { checkPermission } from '../../npm/index.ts'
import { composeAsked } from '../../operations/index.ts'
import { deciderOf, findAbout } from '../find-decider.ts'
import { findStanding, type Standing } from './find-standing.ts'

type Asked = app.npm.gateway.addAdvisory.$InputBody

/**
 * The operation that publishes an advisory; or the record that says the same already, under the id that was given.
 * @throws InvalidAdvisory, NotFound, InvalidRequest, Forbidden, AdvisoryExists, AdvisoryWithdrawn
 */
export async function composeAdvisory(gateway: GatewayContext, session: Session, { osv, org: by }: Asked) {
  const { id, published, ...read } = readOwnAdvisory(osv)
  const name = packageOf(read)
  const { subject, org: did } = await findAbout(gateway, session, name, by)
  const isPrivate = subject.startsWith('at://')
  const org = await deciderOf(gateway, did, 'write')
  await checkPermission(gateway, session, { org, kind: putAdvisory, package: name })
  const said = isPrivate ? inLowerCase(read, name) : read
  const standing =
    id === undefined ? undefined : (await findStanding(gateway, session, id)).find((one) => one.org === org.did)
  if (standing !== undefined) return answerWith(standing, said)
  const now = new Date(gateway.clock.now()).toISOString()
  const input = { id: id ?? newAdvisoryId(), name, ...said, published: published ?? now }
  return composeAsked(gateway.clock, { org: org.did, procedure: putAdvisory.procedure, input })
}

/** Our own packages have no capitals; of those of upstream some do, and are other packages without. */
function inLowerCase({ affected, ...said }: OwnAdvisory, name: string): OwnAdvisory {
  return { ...said, affected: affected.map((about) => ({ ...about, name })) }
}

function answerWith({ advisory, own, id }: Standing, said: OwnAdvisory) {
  if (advisory.withdrawn !== undefined) throw new AtollError('AdvisoryWithdrawn', { id, since: advisory.withdrawn })
  const { aliases, summary, severity, cvss, cwes, affected } = advisory
  const { details, references } = own
  const there = { aliases, summary, severity, cvss, cwes, affected, details, references }
  const { details: given, cvss: score, ...rest } = said
  if (!isDeepStrictEqual(there, { ...rest, cvss: score, details: given }))
    throw new AtollError('AdvisoryExists', { id })
  return { id, ...own.record }
}
