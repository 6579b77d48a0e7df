export { mountAccount } from './mount-account.ts'
export { mountSignIn } from './mount-sign-in.ts'
