export { mountConfirmPerson } from './mount-confirm.ts'
