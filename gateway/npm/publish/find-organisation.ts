import { AtollError } from '#common/errors/index.ts'
import type { PublishRequest } from './context.ts'

/**
 * @returns the DID of the organisation the name belongs to
 * @throws NotPrivate for every other name; NotReady, ComponentUnavailable
 */
export async function findOrganisation({ gateway, session, document }: PublishRequest): Promise<string> {
  const { name } = document.name
  const { source, org } = await gateway.lookup.resolve(name, session.did)
  if (source === 'private' && org !== undefined) return org
  throw new AtollError('NotPrivate', { package: name })
}
