/** What everybody who executes approved operations checks for themselves (DESIGN §2, step 5). */
export { checkIsActive } from './check-is-active.ts'
export { IdTokens, type VerifiedIdToken } from './id-tokens.ts'
export { type OperationRequest, readRequest } from './read-request.ts'
export { type PersonTokenRules, verifyPerson } from './verify-person.ts'
