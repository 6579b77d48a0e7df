import { accountSteps } from '#pds/host/index.ts'
import { checkOperations } from './check-operations.ts'
import type { FaceStep } from './context.ts'
import { keepOperations } from './keep-operations.ts'
import { submitOperations } from './submit-operations.ts'

/** How an account gets its public face. Killed anywhere, the list is run again from the top when the inside asks again. */
export const faceSteps = [
  checkOperations, // exactly what was reserved, and signed by the key that made the DID
  keepOperations, // before anybody hears of them
  submitOperations, // to the public directory
  ...accountSteps, // repository, account, and the firehose
] as const satisfies FaceStep[]
