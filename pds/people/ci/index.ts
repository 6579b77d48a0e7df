export { attestFromCi } from './attest-from-ci.ts'
