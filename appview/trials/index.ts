export { diffPolicies, type PolicyChange, type PolicyPage } from './diff-policies.ts'
export { factsOf } from './facts-of.ts'
export { findBuilders } from './find-builders.ts'
