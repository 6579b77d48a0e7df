export { findAddress } from './find-address.ts'
export { noteAddress } from './note-address.ts'
