import { AtollError } from '#common/errors/index.ts'
import type { PackageName } from '#common/names/index.ts'
import type { Session } from '../auth/token/index.ts'
import type { GatewayContext } from '../context.ts'

export interface Organisation {
  did: string
  /** Without @; its DID when it has none. */
  handle: string
}

/**
 * @returns the organisation the name belongs to
 * @throws NotPrivate for every other name; NotReady, ComponentUnavailable
 */
export async function findOrganisation(
  { lookup }: Pick<GatewayContext, 'lookup'>,
  session: Session,
  { name }: PackageName,
): Promise<Organisation> {
  const { source, org, handle } = await lookup.resolve(name, session)
  if (source === 'private' && org !== undefined) return { did: org, handle: handle ?? org }
  throw new AtollError('NotPrivate', { package: name })
}
