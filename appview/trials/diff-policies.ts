import type { Policy } from '#common/policy/index.ts'
import { decide, type Verdict, type VersionFacts } from '../verdict/index.ts'
import { type Walk, type WalkedPage, walkKnown } from './walk-known.ts'

/** A version of which two policies say different things. */
export interface PolicyChange {
  facts: Pick<VersionFacts, 'name' | 'version' | 'source'>
  from: Verdict
  to: Verdict
}

export interface PolicyPage extends WalkedPage {
  changes: PolicyChange[]
}

interface Trial extends Walk {
  policies: { from: Policy; to: Policy }
}

/** A page of what would change if a policy took another's place. Both look at the same facts, at the same moment. */
export async function diffPolicies(trial: Trial): Promise<PolicyPage> {
  const { found: changes, ...page } = await walkKnown(trial, (all) =>
    all.flatMap((facts) => changeOf(facts, trial.policies)),
  )
  return { changes, ...page }
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
