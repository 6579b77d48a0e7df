import { AtollError } from '#common/errors/index.ts'
import type { PublishRequest } from './context.ts'

export interface Organisation {
  did: string
  /** Without @; its DID when it has none. */
  handle: string
}

/**
 * @returns the organisation the name belongs to
 * @throws NotPrivate for every other name; NotReady, ComponentUnavailable
 */
export async function findOrganisation({ gateway, session, document }: PublishRequest): Promise<Organisation> {
  const { name } = document.name
  const { source, org, handle } = await gateway.lookup.resolve(name, session)
  if (source === 'private' && org !== undefined) return { did: org, handle: handle ?? org }
  throw new AtollError('NotPrivate', { package: name })
}
