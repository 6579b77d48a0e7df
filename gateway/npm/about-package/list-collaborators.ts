import type { DidString } from '@atproto/syntax'
import { AtollError } from '#common/errors/index.ts'
import type { PackageName } from '#common/names/index.ts'
import { app } from '#lexicons'
import type { Session } from '../../auth/token/index.ts'
import type { GatewayContext } from '../../context.ts'

/** `npm access list collaborators`. @returns handle → `read` or `write` @throws NotFound, NotSupported, ComponentUnavailable */
export async function listCollaborators(
  { lookup, peers }: Pick<GatewayContext, 'lookup' | 'peers'>,
  { name }: PackageName,
  session: Session,
): Promise<Record<string, string>> {
  const { source } = await lookup.find(name, session)
  if (source !== 'private') {
    const reason = 'ask whoever publishes it'
    throw new AtollError('NotSupported', { what: `Listing the collaborators of ${name}`, reason })
  }
  const params = { name, viewer: session.did as DidString }
  const { collaborators } = await peers.appview.call(app.npm.registry.listCollaborators, { params })
  return Object.fromEntries(collaborators.map(({ handle, access }) => [handle, access]))
}
