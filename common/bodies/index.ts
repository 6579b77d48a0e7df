export { BodyTooLarge, bounded, readBounded } from './read-bounded.ts'
