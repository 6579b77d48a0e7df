export { type ShownCode, signInByCode } from './sign-in-by-code.ts'
export { storeToken } from './store-token.ts'
export { whoIs } from './who-is.ts'
