export { beginEnrolment, needsEnrolment } from './begin-enrolment.ts'
export { finishEnrolment } from './finish-enrolment.ts'
export { provisionPerson } from './provision-person.ts'
