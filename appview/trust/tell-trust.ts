import type { Policy } from '#common/policy/index.ts'
import { decide, lookAtEach, type Verdict } from '../verdict/index.ts'
import { tellers } from './facts/index.ts'
import { sentenceOf } from './sentence-of.ts'
import type { Known, TrustFact } from './trust-fact.ts'

export interface Trust {
  verdict: Verdict
  /** Why, in one sentence. */
  sentence: string
  facts: TrustFact[]
}

/** All that is known about a version, and what follows from it. Pure. */
export function tellTrust(known: Known, policy: Policy): Trust {
  const verdict = decide(known.facts, policy)
  const looks = lookAtEach(known.facts, policy)
  const facts = tellers.flatMap((tell) => tell({ known, policy, looks }))
  return { verdict, sentence: sentenceOf(known.facts, verdict, looks), facts }
}
