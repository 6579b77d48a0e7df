import type { DidString } from '@atproto/syntax'
import { app } from '#lexicons'
import { coversPackage, type Session } from '../../auth/token/index.ts'
import type { GatewayContext } from '../../context.ts'
import type { StagedVersion } from '../../stages/index.ts'

/** Whether this is what the session itself staged. */
export function isOwn(
  { staged_by: stager }: Pick<StagedVersion, 'staged_by'>,
  { did, publisher = did }: Pick<Session, 'did' | 'publisher'>,
): boolean {
  return stager === publisher
}

/** Whether the account may approve versions of this package, and its token covers it. */
export async function mayApprove(
  { peers }: Pick<GatewayContext, 'peers'>,
  session: Session,
  { org, name }: Pick<StagedVersion, 'org' | 'name'>,
): Promise<boolean> {
  if (session.owner !== 'person' || !coversPackage(session.rights, name)) return false
  const params = { org: org as DidString, actor: session.did as DidString, action: 'approve', package: name }
  return (await peers.appview.call(app.npm.registry.checkPermission, { params })).allowed
}
