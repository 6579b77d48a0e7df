export { type StagedVersion, type Stager, StageStore } from './stage-store.ts'
