import type { PackageName } from '#common/names/index.ts'
import { nameAt } from '#common/names/index.ts'
import type { Session } from '../../auth/token/index.ts'
import type { GatewayContext } from '../../context.ts'

/**
 * Whether the world can read a package. npm publishes provenance of private ones only when told twice, so `true` for one of ours
 * would have it write our repositories into public logs.
 * @throws NotFound, NotReady, UpstreamUnavailable, ComponentUnavailable
 */
export async function isPublic(
  { lookup, packuments }: Pick<GatewayContext, 'lookup' | 'packuments'>,
  name: PackageName,
  session: Session,
): Promise<boolean> {
  const found = await lookup.find(name.name, session)
  if (found.source === 'private') return false
  // Whether upstream has it, only upstream knows.
  await packuments.get({ ...found, name: nameAt(found.source, name), form: 'abbreviated', viewer: session.did })
  return true
}
