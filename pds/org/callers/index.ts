export { type PersonTokenRules, verifyPerson } from './verify-person.ts'
