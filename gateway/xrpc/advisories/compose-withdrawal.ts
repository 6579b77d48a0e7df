import { packageOf } from '#common/advisories/index.ts'
import { AtollError } from '#common/errors/index.ts'
import { putAdvisory } from '#common/operations/index.ts'
import type { app } from '#lexicons'
import type { Session } from '../../auth/token/index.ts'
import type { GatewayContext } from '../../context.ts'
import { checkPermission } from '../../npm/index.ts'
import { composeAsked } from '../../operations/index.ts'
import { deciderOf } from '../find-decider.ts'
import { findStanding } from './find-standing.ts'

type Asked = app.npm.gateway.withdrawAdvisory.$InputBody

/**
 * The operation that withdraws an advisory: in its place, in its words.
 * @throws UnknownAdvisory, InvalidRequest, AdvisoryWithdrawn, Forbidden
 */
export async function composeWithdrawal(gateway: GatewayContext, session: Session, { id, reason, org: by }: Asked) {
  const found = (await findStanding(gateway, session, id)).filter(({ org }) => by === undefined || org === by)
  const [standing, ...others] = found
  if (standing === undefined) throw new AtollError('UnknownAdvisory', { id })
  if (others.length > 0) throw new AtollError('InvalidRequest', { reason: `say of which organisation ${id} is` })
  const { org: did, advisory, own } = standing
  const { withdrawn, url: _, modified: _modified, published, ...said } = advisory
  const name = packageOf(said)
  const org = await deciderOf(gateway, did, 'withdraw')
  await checkPermission(gateway, session, { org, kind: putAdvisory, package: name })
  if (withdrawn !== undefined) throw new AtollError('AdvisoryWithdrawn', { id, since: withdrawn })
  const { details, references } = own
  const input = { ...said, name, references, details, published, withdrawn: true, reason }
  return composeAsked(gateway.clock, { org: did, procedure: putAdvisory.procedure, input })
}
