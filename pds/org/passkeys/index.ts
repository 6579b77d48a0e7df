export { whyNotBegin } from './may-begin.ts'
export { mountResetPasskeys } from './mount-reset.ts'
export { Passkeys } from './passkeys.ts'
export { findReset } from './resets.ts'
