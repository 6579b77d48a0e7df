import semver from 'semver'
import { isAbout } from '#common/labels/index.ts'
import type { LabelFact } from '../verdict/facts/known-elsewhere.ts'
import type { KnownLabel, KnownRule } from './known-labels.ts'
import type { VersionSubjects } from './subjects-of.ts'

/** Prereleases of what is blocked are blocked, too: `<1.3.0` means 1.3.0-rc.1 as well. */
export function isInRange(version: string, range: string): boolean {
  return semver.satisfies(version, range, { includePrerelease: true })
}

type Counting = Omit<KnownLabel, 'byRule' | 'cid' | 'trust'> & Pick<LabelFact, 'trust'>

/**
 * What is said of one version: by itself, by a range it is in, of its package, of who published it. What a labeler says in
 * several ways is said once, as it is said most exactly. Pure.
 * @param packageUri without a version
 */
export function factsOf(
  { version, uri, cid, publishers }: VersionSubjects,
  packageUri: string,
  { labels, rules }: { labels: readonly KnownLabel[]; rules: readonly KnownRule[] },
): LabelFact[] {
  const ofSubject = (subject: string, revision?: string) =>
    labels.filter(
      (label): label is KnownLabel & Counting =>
        label.uri === subject && isAbout(label, revision) && label.trust !== 'none',
    )
  const inRange = rules
    .filter(({ range }) => isInRange(version, range))
    .map((rule) => ({ ...rule, trust: 'own' as const }))
  const said = [
    ...ofSubject(uri, cid),
    ...inRange,
    ...ofSubject(packageUri),
    ...publishers.flatMap((did) => ofSubject(did)),
  ]
  const once = new Map<string, LabelFact>()
  for (const label of said) {
    const key = `${label.src} ${label.val}`
    if (!once.has(key)) once.set(key, factOf(label))
  }
  return [...once].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, fact]) => fact)
}

function factOf({ src, val, trust, reason, cts, exp }: Counting): LabelFact {
  return { src, val, trust, ...(reason === undefined ? {} : { reason }), cts, ...(exp === undefined ? {} : { exp }) }
}
