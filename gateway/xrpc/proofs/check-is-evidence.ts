import type { DidString } from '@atproto/syntax'
import { AtollError } from '#common/errors/index.ts'
import { parseVersionKey } from '#common/names/index.ts'
import { parseRecordUri } from '#common/records/index.ts'
import { app } from '#lexicons'
import { checkCoversAll } from '../../auth/access/index.ts'
import type { Session } from '../../auth/token/index.ts'
import type { GatewayContext } from '../../context.ts'

interface Asked {
  did: string
  collection: string
  rkey: string
}

/**
 * Approvals and memberships name teams, rules and people, so each is shown only as evidence about a version by whose rights it counted,
 * and to those only who are shown these rights (`getEntitlement`).
 * @param about at-URI of the version record
 * @throws TokenTooNarrow, NotFound
 */
export async function checkIsEvidence(
  { peers, config }: Pick<GatewayContext, 'peers' | 'config'>,
  session: Session,
  { did, collection, rkey }: Asked,
  about: string,
): Promise<void> {
  checkCoversAll(session, 'teams and permissions')
  const { org, name, version } = readVersionUri(about)
  const params = { org: org as DidString, name, version, viewer: session.did as DidString }
  const { rights, memberships = [] } = await peers.appview.call(app.npm.registry.getEntitlement, { params })
  const { registryDid } = config.network
  const isEvidence =
    rights !== undefined &&
    ((collection === app.npm.registry.org.$nsid && did === registryDid && rkey === org) ||
      (collection === app.npm.org.membership.$nsid && rkey === 'self' && memberships.some((one) => one === did)) ||
      (collection === app.npm.org.approval.$nsid && rights.some((one) => one.approvedBy === did && one.cid === rkey)))
  if (!isEvidence) throw new AtollError('NotFound', { package: did })
}

function readVersionUri(uri: string): { org: string; name: string; version: string } {
  const place = parseRecordUri(uri)
  if (place?.collection !== app.npm.package.version.$nsid)
    throw new AtollError('InvalidRequest', { reason: '"for" is not the at-URI of a version record' })
  const { name, version } = parseVersionKey(place.rkey)
  return { org: place.did, name: name.name, version }
}
