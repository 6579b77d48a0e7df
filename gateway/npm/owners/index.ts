export { findPerson } from './find-person.ts'
export { mountPeople } from './mount-people.ts'
export { planOwner } from './plan-owner.ts'
