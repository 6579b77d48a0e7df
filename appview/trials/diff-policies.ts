import type { Policy } from '#common/policy/index.ts'
import type { Db } from '../schema/index.ts'
import { decide, type Verdict, type VersionFacts } from '../verdict/index.ts'
import { factsOf } from './facts-of.ts'
import { countPackages, keyOf, knownPackages } from './known-packages.ts'

/** A version of which two policies say different things. */
export interface PolicyChange {
  facts: Pick<VersionFacts, 'name' | 'version' | 'source'>
  from: Verdict
  to: Verdict
}

export interface PolicyPage {
  changes: PolicyChange[]
  packages: number
  versions: number
  total: number
  after: string | undefined
}

interface Trial {
  db: Db
  now: number
  privateNames: readonly string[]
  policies: { from: Policy; to: Policy }
  /** Where the last page ended. */
  after: string | undefined
}

const packagesPerPage = 25
/** A package may have thousands of versions: then its page ends early, so that whoever waits sees that something happens. */
const versionsPerPage = 5_000

/** A page of what would change if a policy took another's place. Both look at the same facts, at the same moment. */
export async function diffPolicies(trial: Trial): Promise<PolicyPage> {
  const { db, policies } = trial
  const page = await knownPackages(db, trial.after, packagesPerPage)
  const changes: PolicyChange[] = []
  let versions = 0
  let packages = 0
  for (const subject of page.packages) {
    const all = await factsOf(trial, subject)
    packages += 1
    versions += all.length
    changes.push(...all.flatMap((facts) => changeOf(facts, policies)))
    if (versions >= versionsPerPage) break
  }
  const last = page.packages[packages - 1]
  const after = packages < page.packages.length && last !== undefined ? keyOf(last) : page.after
  return { changes, packages, versions, total: await countPackages(db), after }
}

/** What only reads otherwise is no change: a reason names a setting, a hold its end. */
function changeOf(facts: VersionFacts, { from, to }: Trial['policies']): PolicyChange[] {
  const before = decide(facts, from)
  const then = decide(facts, to)
  if (before.kind === then.kind && checkOf(before) === checkOf(then) && untilOf(before) === untilOf(then)) return []
  return [{ facts, from: before, to: then }]
}

function checkOf(verdict: Verdict): string | undefined {
  return verdict.kind === 'allow' ? undefined : verdict.check
}

function untilOf(verdict: Verdict): string | undefined {
  return verdict.kind === 'allow' ? undefined : verdict.until
}
