export type { ComponentStatus } from './ask-component.ts'
export { type BoxStatus, gatherStatus } from './gather-status.ts'
export { type Stage, stagesOf } from './stages.ts'
