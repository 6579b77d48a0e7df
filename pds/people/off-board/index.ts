export { setPersonStatus } from './set-person-status.ts'
export { keepSettling } from './settle.ts'
