import { sql } from '#common/db/index.ts'
import type { PeopleContext } from '../context.ts'

export interface Witness {
  did: string
  handle: string
}

/**
 * Who was the first to stand behind a record: a person, or a trusted publisher. @param cid of the record
 * @returns undefined when nobody did so here
 */
export function findWitness({ db }: Pick<PeopleContext, 'db'>, cid: string): Promise<Witness | undefined> {
  return db
    .selectFrom('witness')
    .leftJoin('person', 'person.did', 'witness.did')
    .leftJoin('publisher_account as job', 'job.did', 'witness.did')
    .select(['witness.did', sql<string>`coalesce(person.handle, 'CI of ' || job.name)`.as('handle')])
    .where('witness.record', '=', cid)
    .where((e) => e.or([e('person.did', 'is not', null), e('job.did', 'is not', null)]))
    .executeTakeFirst()
}
