import type { OperationRequest, VerifiedIdToken } from '#common/ceremony/index.ts'
import { AtollError } from '#common/errors/index.ts'
import type { Account } from '#common/identity/index.ts'
import type { OperationInput } from '#common/operations/index.ts'
import type { OrgServices } from './services.ts'

/** One operation on its way through its steps. */
export interface OperationContext<Input extends OperationInput = OperationInput> extends OperationRequest<Input> {
  services: OrgServices
  /** What steps open; given back when the operation is over, however it ends. */
  opened: AsyncDisposableStack
  /** Set by verifyCaller. */
  caller?: Account
  /** Set by verifyIdToken. */
  confirmation?: VerifiedIdToken
}

/** One step: does its part, or throws an error of the catalogue. */
export type Step<Context> = (context: Context) => Promise<void>

/** @throws InternalError when the step that sets it has not run: a list of steps is in the wrong order */
export function required<T>(value: T | undefined, setBy: string): T {
  if (value === undefined) throw new AtollError('InternalError', {}, new Error(`${setBy} has to run before`))
  return value
}
