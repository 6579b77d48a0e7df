import { type DidString, type HandleString, toDatetimeString } from '@atproto/syntax'
import type { app } from '#lexicons'
import type { PeopleContext } from '../context.ts'

/** A page of everybody who has signed in, in the order of their handles. @param page.cursor of the page before */
export async function listPeople(
  { db }: Pick<PeopleContext, 'db'>,
  { limit, cursor = '' }: { limit: number; cursor?: string | undefined },
): Promise<app.npm.operation.listPeople.$OutputBody> {
  const rows = await db
    .selectFrom('person')
    .select(['did', 'handle', 'created_at', 'enrolled_at', 'disabled_at', 'status_reason'])
    .where('handle', '>', cursor)
    .orderBy('handle')
    .limit(limit)
    .execute()
  const people = rows.map((row) => ({
    did: row.did as DidString,
    handle: row.handle as HandleString,
    createdAt: toDatetimeString(row.created_at),
    enrolled: row.enrolled_at !== null,
    ...(row.disabled_at === null
      ? {}
      : { disabledAt: toDatetimeString(row.disabled_at), disabledReason: row.status_reason ?? '' }),
  }))
  const last = people.at(-1)
  return last === undefined || people.length < limit ? { people } : { people, cursor: last.handle }
}
