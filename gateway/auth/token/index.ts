export { authenticate } from './authenticate.ts'
export { type Session, TokenStore } from './token-store.ts'
