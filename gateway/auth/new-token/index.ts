export type { MadeToken } from './context.ts'
export { createToken, type TokenAnswer } from './create-token.ts'
export { accesses, type WantedToken } from './wanted-token.ts'
