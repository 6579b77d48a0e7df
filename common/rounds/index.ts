export { type Round, Rounds } from './rounds.ts'
