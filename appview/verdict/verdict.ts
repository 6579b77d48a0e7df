import type { VersionFacts } from './facts/gather-facts.ts'

/** Whether a version may be installed; if not, which check says so, and why. */
export type Verdict = { kind: 'allow' } | { kind: 'hold' | 'block'; check: string; reason: string }

/** One question. @returns undefined when it has nothing against the version */
export type Check = (facts: VersionFacts) => Verdict | undefined
