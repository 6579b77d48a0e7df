export { decide } from './decide.ts'
export { gatherFacts, type KnownVersion, type VersionFacts, type VersionRow } from './facts/gather-facts.ts'
export { publishedAt } from './published-at.ts'
export type { Verdict } from './verdict.ts'
