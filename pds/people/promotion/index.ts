export { checkPublishedBefore } from './check-published-before.ts'
export { projectAttestations } from './project-attestations.ts'
