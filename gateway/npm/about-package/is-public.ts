import type { DidString } from '@atproto/syntax'
import type { PackageName } from '#common/names/index.ts'
import { nameAt } from '#common/names/index.ts'
import { app } from '#lexicons'
import type { Session } from '../../auth/token/index.ts'
import type { GatewayContext } from '../../context.ts'

/** States of a promotion in which its package is in public, and follows. */
const inPublic = ['projected', 'seen']

/**
 * Whether the world can read a package. npm publishes provenance of private ones only when told twice, so `true` for one of ours that was
 * not promoted would have it write our repositories into public logs (DESIGN §6).
 * @throws NotFound, NotReady, UpstreamUnavailable, ComponentUnavailable
 */
export async function isPublic(
  { lookup, packuments, peers }: Pick<GatewayContext, 'lookup' | 'packuments' | 'peers'>,
  name: PackageName,
  session: Session,
): Promise<boolean> {
  const found = await lookup.find(name.name, session)
  if (found.source === 'private') {
    const params = { org: found.org as DidString, name: name.name }
    const { promotions } = await peers.org.call(app.npm.operation.listPromotions, { params })
    return promotions.some(({ state }) => inPublic.includes(state))
  }
  // Whether upstream has it, only upstream knows.
  await packuments.get({ ...found, name: nameAt(found.source, name), form: 'abbreviated', viewer: session.did })
  return true
}
