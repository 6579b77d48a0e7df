export type { Decision } from './compare-served.ts'
export { cursorAt, readCursor } from './cursor.ts'
export { type ListedRevocation, listRevocations } from './list-revocations.ts'
export { noteRevocations, servedUntilNow } from './note-revocations.ts'
