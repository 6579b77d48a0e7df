export { forEachBounded } from './for-each-bounded.ts'
export { inTime } from './in-time.ts'
export { shareCalls } from './share-calls.ts'
export { Slots } from './slots.ts'
