import { announceAccount } from './announce-account.ts'
import type { ProvisionStep } from './context.ts'
import { createAccount } from './create-account.ts'
import { createRepository } from './create-repository.ts'
import { submitIdentity } from './submit-identity.ts'

/**
 * How an account comes to be, once its handle and its sealed key are on record. Killed anywhere, the list is run again
 * from the top when the account is next asked for.
 */
export const provisionSteps = [
  submitIdentity, // genesis and private identity in the directory
  createRepository,
  createAccount,
  announceAccount,
] as const satisfies ProvisionStep[]
