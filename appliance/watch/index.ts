export type { ComponentStatus } from './ask-component.ts'
export { type BoxStatus, gatherStatus } from './gather-status.ts'
export { openWatch } from './open-watch.ts'
export { type Stage, stagesOf } from './stages.ts'
