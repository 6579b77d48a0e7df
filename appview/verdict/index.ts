export { decide } from './decide.ts'
export { gatherFacts, type KnownVersion, type VersionFacts, type VersionRow } from './facts.ts'
export type { Verdict } from './verdict.ts'
