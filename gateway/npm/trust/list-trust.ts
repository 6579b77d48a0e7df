import type { PackageName } from '#common/names/index.ts'
import type { Session } from '../../auth/token/index.ts'
import type { GatewayContext } from '../../context.ts'
import { listPublishers } from '../../publishers/index.ts'
import { findOrganisation } from '../find-organisation.ts'
import { describePublisher } from './describe-publisher.ts'

/** `npm trust list`: for who manages the organisation or may publish the package. @throws NotPrivate, ComponentUnavailable */
export async function listTrust(
  gateway: GatewayContext,
  name: PackageName,
  session: Session,
): Promise<Record<string, unknown>[]> {
  const { did } = await findOrganisation(gateway, session, name)
  const publishers = await listPublishers(gateway, did, name.name, session.did)
  return publishers.map((publisher) => describePublisher(publisher, gateway.config.ci.issuers))
}
