import semver from 'semver'
import type { DueSubject } from '../due/index.ts'
import type { ExceptionValue } from '../schema/index.ts'
import type { ExceptionFact, FactSource } from '../verdict/facts/known-elsewhere.ts'
import { effectiveExceptions } from './effective-exceptions.ts'
import { toFact } from './to-fact.ts'

/**
 * The exceptions that have to do with versions of a package and were not withdrawn; whether their time is over, the verdict
 * says, by its own clock. A package of ours is excepted by its organisation alone, one of upstream by any.
 */
export const exceptionsOf: FactSource<readonly ExceptionFact[]> = async (db, subject, versions) => {
  const effective = await effectiveExceptions(db, { name: nameOf(subject), org: orgOf(subject) })
  const standing = effective.filter(({ value }) => !value.withdrawn)
  const facts = new Map<string, ExceptionFact[]>()
  if (standing.length === 0) return facts
  for (const version of versions) {
    const about = standing.filter(({ value }) => covers(value, version))
    if (about.length > 0) facts.set(version, about.map(toFact))
  }
  return facts
}

/** A range means pre-releases, too: who excepts ^2.0.0 until a day means what is published as that until then. */
export function covers({ versions }: Pick<ExceptionValue, 'versions'>, version: string): boolean {
  return semver.satisfies(version, versions, { includePrerelease: true })
}

/** Operations name packages in lower case; upstream has a few that are not. */
function nameOf({ name }: DueSubject): string {
  return name.toLowerCase()
}

function orgOf(subject: DueSubject): string | undefined {
  return subject.source === 'private' ? subject.org : undefined
}
