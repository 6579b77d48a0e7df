import type { FastifyRequest } from 'fastify'
import { AtollError } from '#common/errors/index.ts'
import type { Server } from '#common/xrpc/index.ts'
import type { GatewayContext } from '../../context.ts'
import { findPerson } from './find-person.ts'

const prefix = 'org.couchdb.user:'
// The bound of a DID, and of what the AppView is asked.
const maxName = 256

/** Whom `npm owner add <user>` means: npm puts what is answered here among the maintainers. */
export function mountPeople(scope: Server, context: Pick<GatewayContext, 'peers'>): void {
  scope.get('/-/user/:user', async (request: FastifyRequest<{ Params: { user: string } }>) => {
    const { user } = request.params
    const name = user.startsWith(prefix) ? user.slice(prefix.length) : ''
    if (name === '' || name.length > maxName) throw new AtollError('PersonNotFound', { person: name.slice(0, maxName) })
    const { did, handle } = await findPerson(context, name)
    // Nobody's address is known: packuments have the DID in its place, too.
    return { _id: `${prefix}${handle}`, name: handle, email: did }
  })
}
