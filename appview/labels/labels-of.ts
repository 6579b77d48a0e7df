import { systemClock } from '#common/clock/index.ts'
import type { DueSubject } from '../due/index.ts'
import type { Db, Tx } from '../schema/index.ts'
import type { FactSource, LabelFact } from '../verdict/facts/known-elsewhere.ts'
import { knownLabels, knownRules } from './known-labels.ts'
import { factsOf } from './matches.ts'
import { packageUri, subjectsOf } from './subjects-of.ts'

/**
 * The labels in effect on versions: on themselves, on a range they are in, on their package, on its organisation, on who published
 * them. Rules are asked, and not the labels that were made of them, so a version is blocked before anybody saw it.
 * @param now milliseconds since the epoch, for what expires
 */
export async function labelsOf(
  db: Db | Tx,
  subject: DueSubject,
  versions: readonly string[],
  now: number = systemClock.now(),
): Promise<ReadonlyMap<string, readonly LabelFact[]>> {
  const about = await subjectsOf(db, subject, versions)
  const whole = packageUri(subject)
  const uris = new Set([whole, ...about.flatMap(({ uri, publishers }) => [uri, ...publishers])])
  const known = { labels: await knownLabels(db, [...uris], now), rules: await knownRules(db, whole, now) }
  const facts = about.map((one) => [one.version, factsOf(one, whole, known)] as const)
  return new Map(facts.filter(([, said]) => said.length > 0))
}

labelsOf satisfies FactSource<readonly LabelFact[]>
