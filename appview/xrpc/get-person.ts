import type { DidString, HandleString } from '@atproto/syntax'
import { AtollError } from '#common/errors/index.ts'
import { method } from '#common/xrpc/index.ts'
import { app } from '#lexicons'
import { type Db, network } from '../schema/index.ts'
import { readers, type XrpcContext } from './context.ts'

/** Who is meant by a handle, a DID, or the first part of a handle that only one person has. */
export function getPerson({ server, authorize, db }: XrpcContext): void {
  method(server, app.npm.registry.getPerson, {
    auth: authorize(readers),
    handler: async ({ params: { name } }) => {
      const known = await findPeople(db, name.toLowerCase())
      const person = known.find(({ did, handle }) => did === name || handle === name.toLowerCase()) ?? only(known)
      if (person === undefined) throw new AtollError('PersonNotFound', { person: name })
      return { did: person.did as DidString, handle: person.handle as HandleString }
    },
  })
}

interface Person {
  did: string
  handle: string
}

function findPeople(db: Db, name: string): Promise<Person[]> {
  return (
    db
      .selectFrom('repo')
      .where('network', '=', network)
      .where('role', '=', 'people')
      .where(({ eb, or, fn, val }) =>
        or([
          eb('did', '=', name),
          eb('handle', '=', name),
          // Not LIKE, for which names would have to be escaped.
          eb(fn('starts_with', ['handle', val(`${name}.`)]), '=', val(true)),
        ]),
      )
      .where('handle', 'is not', null)
      .select(['did', (select) => select.ref('handle').$notNull().as('handle')])
      // Whose handle this is exactly comes first.
      .orderBy(({ fn }) => fn('length', ['handle']))
      .limit(2)
      .execute()
  )
}

function only(people: readonly Person[]): Person | undefined {
  return people.length === 1 ? people[0] : undefined
}
