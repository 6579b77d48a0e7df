import type { CheckName, Policy } from '#common/policy/index.ts'
import type { VersionFacts } from './facts/version-facts.ts'
import type { Finding } from './verdict.ts'

/** One question. */
export interface Check {
  name: CheckName
  /** @returns undefined when it has nothing against the version */
  look(facts: VersionFacts, policy: Policy): Finding | undefined
}

/** Something to say of a version that may be installed. @returns one sentence each */
export type Remark = (facts: VersionFacts, policy: Policy) => string[]
