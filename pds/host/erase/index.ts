export { Erasure } from './erasure.ts'
export { isPurge, markErased } from './mark-erased.ts'
