import type { PeopleContext } from '../context.ts'

export interface Witness {
  did: string
  handle: string
}

/** Who was the first to stand behind a record. @param cid of the record @returns undefined when nobody did so here */
export function findWitness({ db }: Pick<PeopleContext, 'db'>, cid: string): Promise<Witness | undefined> {
  return db
    .selectFrom('witness')
    .innerJoin('person', 'person.did', 'witness.did')
    .select(['person.did', 'person.handle'])
    .where('witness.record', '=', cid)
    .executeTakeFirst()
}
