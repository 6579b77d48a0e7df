export { JobTokens, type VerifiedJob } from './job-tokens.ts'
