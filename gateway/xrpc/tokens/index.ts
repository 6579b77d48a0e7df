export { mountTokens } from './mount-tokens.ts'
