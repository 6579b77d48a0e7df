import { app } from '#lexicons'
import type { GatewayContext } from '../../context.ts'

export interface Person {
  did: string
  handle: string
}

/** @param name handle, DID, or the first part of a handle @throws PersonNotFound, ComponentUnavailable */
export function findPerson({ peers }: Pick<GatewayContext, 'peers'>, name: string): Promise<Person> {
  return peers.appview.call(app.npm.registry.getPerson, { params: { name } })
}
