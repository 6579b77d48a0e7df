export { checkIsActive } from './check-is-active.ts'
export { type PersonTokenRules, verifyPerson } from './verify-person.ts'
