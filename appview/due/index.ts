// Without the one that renders: it stands on everything that says here what is due.
export { type DueSubject, renderAgain } from './due.ts'
