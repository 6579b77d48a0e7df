// Without the one that renders: it stands on everything that says here what is due.
export { type DueSubject, lockDue, renderAgain } from './due.ts'
