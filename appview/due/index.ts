export { type DueSubject, renderAgain } from './due.ts'
export { DueRenders } from './due-renders.ts'
