import { AffectedVersions } from '#common/advisories/index.ts'
import type { AdvisoryFact, FactSource } from '../verdict/facts/known-elsewhere.ts'
import { advisoriesAbout, type FoundAdvisory, isMeant } from './find.ts'

/**
 * Advisories in effect by which versions are vulnerable, or fixed. A private package has those of its organisation, and of sources
 * that speak of internal ones: what OSV knows under the same name is another package, that of the public registry.
 */
export const advisoriesOf: FactSource<readonly AdvisoryFact[]> = async (db, subject, versions) => {
  const { name } = subject
  const found = (await advisoriesAbout(db, [name])).filter((one) => isMeant(one, subject))
  const read = found.map((one) => ({ ...one, affected: AffectedVersions.of(one.advisory, name) }))
  const facts = new Map<string, AdvisoryFact[]>()
  for (const version of versions) {
    const said = read.flatMap((one) => {
      const affected = one.affected?.has(version) === true
      return affected || one.affected?.isFixedIn(version) === true ? [factOf(one, affected)] : []
    })
    if (said.length > 0) facts.set(version, said)
  }
  return facts
}

function factOf({ source, advisory, mayExpedite, record }: FoundAdvisory, affected: boolean): AdvisoryFact {
  const { id, severity, summary, url } = advisory
  return { id, source, severity, title: summary, url, affected, mayExpedite, record }
}
