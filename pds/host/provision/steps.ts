import { announceAccount } from './announce-account.ts'
import type { NewAccount, ProvisionStep } from './context.ts'
import { createAccount } from './create-account.ts'
import { createRepository } from './create-repository.ts'
import { submitIdentity } from './submit-identity.ts'

/** How a repository comes to be whose account has an identity, wherever that is. */
export const accountSteps = [createRepository, createAccount, announceAccount] as const satisfies ((
  account: NewAccount,
) => Promise<void>)[]

/**
 * How an account comes to be, once its handle and its sealed key are on record. Killed anywhere, the list is run again
 * from the top when the account is next asked for.
 */
export const provisionSteps = [
  submitIdentity, // genesis and private identity in the directory
  ...accountSteps,
] as const satisfies ProvisionStep[]
