export { forEachBounded } from './for-each-bounded.ts'
export { Slots } from './slots.ts'
