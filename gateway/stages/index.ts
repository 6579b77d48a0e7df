export { type StagedVersion, type Stager, StageStore } from './stage-store.ts'
export { keepTellingOfStaged } from './tell-of-staged.ts'
