export { noteGroups } from './note-groups.ts'
