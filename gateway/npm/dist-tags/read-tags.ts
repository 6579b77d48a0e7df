import { nameAt, type PackageName } from '#common/names/index.ts'
import type { Session } from '../../auth/token/index.ts'
import type { GatewayContext } from '../../context.ts'

/** Tag → version, as clients may see them. @throws NotFound, NotReady, ComponentUnavailable */
export async function readTags(
  { lookup, packuments }: Pick<GatewayContext, 'lookup' | 'packuments'>,
  name: PackageName,
  session: Session,
): Promise<Record<string, string>> {
  const found = await lookup.find(name.name, session)
  // The abbreviated form has them, too, and is the smaller one.
  const packument = await packuments.get({
    ...found,
    name: nameAt(found.source, name),
    form: 'abbreviated',
    viewer: session.did,
  })
  return (await packument.json())['dist-tags']
}
