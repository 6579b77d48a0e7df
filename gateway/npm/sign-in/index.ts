export { mountAccount } from './mount-account.ts'
export { mountDevice } from './mount-device.ts'
export { mountSignIn } from './mount-sign-in.ts'
export { oauthError, oauthPrefix } from './oauth-error.ts'
