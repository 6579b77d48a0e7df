import type { DueSubject } from '../due/index.ts'
import type { Db, Tx } from '../schema/index.ts'
import { gatherUpstreamFacts } from '../upstream/gather-upstream-facts.ts'
import { readKept } from '../upstream/judge-packument.ts'
import { knownSights } from '../upstream/sights.ts'
import { gatherFacts, type VersionFacts } from '../verdict/index.ts'

interface Sight {
  db: Db
  now: number
  /** `names.private` of the configuration. */
  privateNames: readonly string[]
}

/** The facts about every version of a package that is known here, as they were gathered to judge it; nothing is written. */
export async function factsOf({ db, now, privateNames }: Sight, subject: DueSubject): Promise<VersionFacts[]> {
  if (subject.source === 'private') {
    return (await gatherFacts({ db, now }, subject.org, subject.name)).map(({ facts }) => facts)
  }
  return db.transaction().execute(async (tx: Tx) => {
    const kept = await readKept(tx, subject)
    if (kept === undefined) return []
    const sights = await knownSights(tx, subject)
    return gatherUpstreamFacts(tx, subject, { document: kept.full, sights, now, privateNames })
  })
}
