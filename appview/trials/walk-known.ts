import type { Db } from '../schema/index.ts'
import type { VersionFacts } from '../verdict/index.ts'
import { factsOf } from './facts-of.ts'
import { countPackages, keyOf, knownPackages } from './known-packages.ts'

export interface Walk {
  db: Db
  now: number
  /** `names.private` of the configuration. */
  privateNames: readonly string[]
  /** Where the last page ended. */
  after: string | undefined
}

/** How far a page came. */
export interface WalkedPage {
  packages: number
  versions: number
  /** Packages there are. */
  total: number
  after: string | undefined
}

const packagesPerPage = 25
/** A package may have thousands of versions: then its page ends early, so that whoever waits sees that something happens. */
const versionsPerPage = 5_000

/** Asks something of every known package, a page at a time. @param ask of the facts about a package's versions */
export async function walkKnown<Found>(
  walk: Walk,
  ask: (facts: readonly VersionFacts[]) => readonly Found[],
): Promise<WalkedPage & { found: Found[] }> {
  const page = await knownPackages(walk.db, walk.after, packagesPerPage)
  const found: Found[] = []
  let versions = 0
  let packages = 0
  for (const subject of page.packages) {
    const all = await factsOf(walk, subject)
    packages += 1
    versions += all.length
    found.push(...ask(all))
    if (versions >= versionsPerPage) break
  }
  const last = page.packages[packages - 1]
  const after = packages < page.packages.length && last !== undefined ? keyOf(last) : page.after
  return { found, packages, versions, total: await countPackages(walk.db), after }
}
