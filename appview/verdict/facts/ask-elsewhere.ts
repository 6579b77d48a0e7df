import type { DueSubject } from '../../due/index.ts'
import type { Db, Tx } from '../../schema/index.ts'
import type { FactSource } from './known-elsewhere.ts'
import { sources } from './sources.ts'
import type { KnownElsewhere } from './version-facts.ts'

/** What other rooms know about versions of a package. @returns of each version, also when nobody knows anything of it */
export async function askElsewhere(
  db: Db | Tx,
  subject: DueSubject,
  versions: readonly string[],
): Promise<(version: string) => KnownElsewhere> {
  const ask = async <Fact>(source: FactSource<Fact> | undefined): Promise<ReadonlyMap<string, Fact>> =>
    source === undefined ? new Map() : source(db, subject, versions)
  // One after the other: a transaction has one connection.
  const labels = await ask(sources.labels)
  const advisories = await ask(sources.advisories)
  const provenance = await ask(sources.provenance)
  const exceptions = await ask(sources.exceptions)
  const purges = await ask(sources.purges)
  const inPublic = await ask(sources.inPublic)
  return (version) => ({
    labels: labels.get(version) ?? [],
    advisories: advisories.get(version) ?? [],
    provenance: provenance.get(version),
    exceptions: exceptions.get(version) ?? [],
    purge: purges.get(version),
    inPublic: inPublic.get(version),
  })
}
