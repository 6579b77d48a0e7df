export { checkForm, formTokenField, formTokenOf } from './form-token.ts'
export { createSession, endSession, type Session } from './sessions.ts'
export { openVisit, setSessionCookie, type Visit } from './visit.ts'
