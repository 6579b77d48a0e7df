import type { DidString } from '@atproto/syntax'
import { app } from '#lexicons'
import { coversPackage, type Session } from '../../auth/token/index.ts'
import type { GatewayContext } from '../../context.ts'

/** Whether a package of an organisation is shown to who asks, with the token they ask with. */
export async function mayRead(
  { appview }: Pick<GatewayContext['peers'], 'appview'>,
  { did, rights }: Session,
  { org, name }: { org: string; name: string },
): Promise<boolean> {
  if (!coversPackage(rights, name)) return false
  const params = { org: org as DidString, actor: did as DidString, action: 'read', package: name }
  return (await appview.call(app.npm.registry.checkPermission, { params })).allowed
}
